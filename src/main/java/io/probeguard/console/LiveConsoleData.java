package io.probeguard.console;

import io.probeguard.background.BackgroundReview;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.cluster.LiveCluster;
import io.probeguard.decision.Decisions;
import io.probeguard.decision.RecentDecisions;
import io.probeguard.decision.SharedDecisions;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The data of a running {@code serve}.
 *
 * @param replica the name of this process
 * @param shared null where replicas do not share their decisions
 * @param review null where running workloads are not reviewed
 * @param suspended whether API servers have been told not to call
 * @param rejected why changes of the catalogue are not in use; null where nothing is wrong
 */
public record LiveConsoleData(
        Policy policy,
        ClusterState clusterState,
        String replica,
        Decisions own,
        @Nullable SharedDecisions shared,
        @Nullable BackgroundReview review,
        BooleanSupplier suspended,
        Supplier<@Nullable String> rejected)
        implements ConsoleData {

    @Override
    public Fleet fleet() {
        return clusterState.fleet();
    }

    @Override
    public @Nullable String nodesProblem() {
        return !(clusterState instanceof LiveCluster live) || live.isConnectedToNodes()
                ? null
                : "Node changes are currently not received; the last known nodes are used.";
    }

    @Override
    public boolean isSuspended() {
        return suspended.getAsBoolean();
    }

    @Override
    public @Nullable String catalogueRejected() {
        return rejected.get();
    }

    @Override
    public Map<String, RecentDecisions> decisions() {
        Map<String, RecentDecisions> decisions = new HashMap<>(shared == null ? Map.of() : shared.others());
        decisions.put(replica, own.recent(Clock.systemUTC().instant()));
        return decisions;
    }

    /** A replica that is not the leader only reviews when its console is used. */
    @Override
    public @Nullable Pass reviewed() {
        if (review == null) {
            return null;
        }
        if (!review.isLeader()) {
            review.request();
        }
        return review.latest();
    }

    @Override
    public @Nullable String reviewProblem() {
        if (review == null) {
            return "Running workloads are not reviewed: there is no cluster, or the background review is disabled.";
        }
        if (review.failure() != null) {
            return "The last review of running workloads failed and will be retried: " + review.failure();
        }
        return review.latest() != null
                ? null
                : "The first review of running workloads is in progress; this takes seconds, in a large cluster minutes.";
    }
}
