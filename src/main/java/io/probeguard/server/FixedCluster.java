package io.probeguard.server;

import io.probeguard.cluster.FleetLog;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.text.Wording;
import org.jspecify.annotations.Nullable;

/** Nodes from a file, and no cluster. */
final class FixedCluster implements ClusterSource {
    private final Fleet fleet;

    FixedCluster(Fleet fleet) {
        this.fleet = fleet;
        new FleetLog().update(fleet);
    }

    @Override
    public ClusterState state() {
        return ClusterState.fixed(fleet);
    }

    @Override
    public @Nullable String notReady() {
        return null;
    }

    @Override
    public boolean isSuspended() {
        return false;
    }

    @Override
    public @Nullable String catalogueRejected() {
        return null;
    }

    @Override
    public void register(Metrics metrics) {
        metrics.nodes(() -> fleet, () -> true);
    }

    @Override
    public ClusterWriters writers(Metrics metrics) {
        return ClusterWriters.NONE;
    }

    @Override
    public String summary() {
        long confirmed = fleet.flagged().stream()
                .filter(node -> node.flag().isConfirmed())
                .count();
        return Wording.count(fleet.size(), "node") + ", " + confirmed + " flagged, "
                + (fleet.flagged().size() - confirmed) + " suspected.";
    }

    @Override
    public void close() {}
}
