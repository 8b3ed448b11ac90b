package io.probeguard.cli;

import java.io.PrintWriter;

/** A format in which {@code review} tells what it found. */
interface ReviewOutput {
    void write(ManifestReview review, PrintWriter out);
}
