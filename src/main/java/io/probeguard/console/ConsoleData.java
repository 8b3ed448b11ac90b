package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.decision.RecentDecisions;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the console shows, as it is now. Nothing here waits for the API server. */
public interface ConsoleData {
    Policy policy();

    Fleet fleet();

    /** Why the nodes may have changed meanwhile; null where changes arrive. */
    @Nullable
    String nodesProblem();

    /** The decisions of each replica that told some, the present one among them, by name. */
    Map<String, RecentDecisions> decisions();

    /** The newest review of what runs; null where there was none yet. */
    @Nullable
    Pass reviewed();

    /** Why there is no review of what runs, or none that is newer; null where nothing is wrong. */
    @Nullable
    String reviewProblem();
}
