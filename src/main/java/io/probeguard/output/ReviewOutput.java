package io.probeguard.output;

import io.probeguard.manifest.ManifestReview;
import java.io.PrintWriter;

/** A format in which {@code review} tells what it found. */
public interface ReviewOutput {
    void write(ManifestReview review, PrintWriter out);
}
