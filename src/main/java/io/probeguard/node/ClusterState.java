package io.probeguard.node;

import io.probeguard.probe.Workload;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the answers depend on besides request and policy: the cluster, as it is known at this moment. */
public interface ClusterState {
    /** The nodes. Never waits: every review asks. */
    Fleet fleet();

    /** The value of a namespace's mode label; null where it has none, or is not known. Never waits. */
    @Nullable
    String modeLabel(String namespace);

    /**
     * The pods of a namespace; asks the API server.
     *
     * @param most of them
     * @param budget how long that may take; what has not come by then is missing
     */
    Listing pods(String namespace, int most, Duration budget);

    /**
     * One pod; asks the API server.
     *
     * @return null where there is none, or it has not come within the budget
     */
    @Nullable
    Workload pod(String namespace, String name, Duration budget);

    /** @param complete whether these are all there are */
    record Listing(List<Workload> pods, boolean complete) {}

    /** Nodes that never change, and no cluster to ask for anything else. */
    static ClusterState fixed(Fleet fleet) {
        return new ClusterState() {
            @Override
            public Fleet fleet() {
                return fleet;
            }

            @Override
            public @Nullable String modeLabel(String namespace) {
                return null;
            }

            @Override
            public Listing pods(String namespace, int most, Duration budget) {
                return new Listing(List.of(), true);
            }

            @Override
            public @Nullable Workload pod(String namespace, String name, Duration budget) {
                return null;
            }
        };
    }
}
