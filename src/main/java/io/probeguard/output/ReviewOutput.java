package io.probeguard.output;

import io.probeguard.manifest.ManifestReview;
import java.io.PrintWriter;

/** An output format of {@code review}. */
public interface ReviewOutput {
    void write(ManifestReview review, PrintWriter out);
}
