package io.probeguard.server;

import io.probeguard.background.BackgroundReview;
import io.probeguard.cluster.NodeLabels;
import org.jspecify.annotations.Nullable;

/**
 * What probe-guard writes to the cluster besides its answers; each is null if it is off.
 *
 * @param review Events and policy reports, by the leader alone
 * @param labels on nodes that steered pods avoid, by every replica
 */
record ClusterWriters(
        @Nullable BackgroundReview review, @Nullable NodeLabels labels) implements AutoCloseable {

    static final ClusterWriters NONE = new ClusterWriters(null, null);

    void start() {
        if (labels != null) {
            labels.start();
        }
        if (review != null) {
            review.start();
        }
    }

    /** Stops them, and lets another replica lead. */
    @Override
    public void close() {
        if (review != null) {
            review.close();
        }
        if (labels != null) {
            labels.close();
        }
    }
}
