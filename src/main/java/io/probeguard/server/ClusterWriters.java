package io.probeguard.server;

import io.probeguard.background.BackgroundReview;
import io.probeguard.background.CatalogueEvents;
import io.probeguard.cluster.NodeLabels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What probe-guard writes to the cluster besides its answers; what is off is not there.
 *
 * @param review Events and policy reports, by the leader alone
 * @param catalogueEvents by the leader alone
 * @param labels on nodes, by every replica
 */
record ClusterWriters(
        @Nullable BackgroundReview review, @Nullable CatalogueEvents catalogueEvents, List<NodeLabels> labels)
        implements AutoCloseable {

    static final ClusterWriters NONE = new ClusterWriters(null, null, List.of());

    void start() {
        labels.forEach(NodeLabels::start);
        if (review != null) {
            review.start();
        }
        if (catalogueEvents != null) {
            catalogueEvents.start();
        }
    }

    /** Stops them, and lets another replica lead. */
    @Override
    public void close() {
        if (catalogueEvents != null) {
            catalogueEvents.close();
        }
        if (review != null) {
            review.close();
        }
        labels.forEach(NodeLabels::close);
    }
}
