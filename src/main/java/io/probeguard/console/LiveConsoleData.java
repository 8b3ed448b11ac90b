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
import org.jspecify.annotations.Nullable;

/**
 * What {@code serve} knows.
 *
 * @param replica the name of this process
 * @param shared null where replicas do not show each other their decisions
 * @param review null where what runs is not reviewed
 */
public record LiveConsoleData(
        Policy policy,
        ClusterState clusterState,
        String replica,
        Decisions own,
        @Nullable SharedDecisions shared,
        @Nullable BackgroundReview review)
        implements ConsoleData {

    @Override
    public Fleet fleet() {
        return clusterState.fleet();
    }

    @Override
    public @Nullable String nodesProblem() {
        return !(clusterState instanceof LiveCluster live) || live.isConnectedToNodes()
                ? null
                : "Changes of nodes do not arrive at present; what was known last is used.";
    }

    @Override
    public Map<String, RecentDecisions> decisions() {
        Map<String, RecentDecisions> told = new HashMap<>(shared == null ? Map.of() : shared.others());
        told.put(replica, own.recent(Clock.systemUTC().instant()));
        return told;
    }

    /** A replica that is not the leader looks for itself, once somebody asks. */
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
            return "What runs is not reviewed: there is no cluster, or the background review is off.";
        }
        if (review.failure() != null) {
            return "The last review of what runs failed and is tried again: " + review.failure();
        }
        return review.latest() != null
                ? null
                : "What runs is being reviewed for the first time; this takes some seconds, in a large cluster minutes.";
    }
}
