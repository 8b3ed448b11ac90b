package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.decision.RecentDecisions;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the console shows, at present. No method waits for the API server. */
public interface ConsoleData {
    Policy policy();

    Fleet fleet();

    /** Why the nodes may be out of date; null while their changes arrive. */
    @Nullable
    String nodesProblem();

    /** Whether API servers have been told not to call, as no node is flagged. */
    boolean isSuspended();

    /** Why changes of the catalogue are not in use that should be; null where nothing is wrong. */
    @Nullable
    String catalogueRejected();

    /** The decisions of this replica and of those that shared theirs, by the name of the replica. */
    Map<String, RecentDecisions> decisions();

    /** The latest review of running workloads; null where there has been none yet. */
    @Nullable
    Pass reviewed();

    /** Why there is no review of running workloads, or no newer one; null where nothing is wrong. */
    @Nullable
    String reviewProblem();
}
