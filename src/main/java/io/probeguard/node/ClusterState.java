package io.probeguard.node;

import io.probeguard.probe.Workload;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What reviews depend on besides the request and the policy: the cluster, as far as it is known now. */
public interface ClusterState {
    /** The nodes. Never blocks: every review asks. */
    Fleet fleet();

    /** The value of a namespace's mode label; null where it has none, or is not known. Never blocks. */
    @Nullable
    String modeLabel(String namespace);

    /**
     * The pods of a namespace; asks the API server.
     *
     * @param max at most this many
     * @param budget how long that may take; what has not arrived by then is missing
     */
    Listing pods(String namespace, int max, Duration budget);

    /**
     * One pod; asks the API server.
     *
     * @return null where there is none, or it has not arrived within the budget
     */
    @Nullable
    Workload pod(String namespace, String name, Duration budget);

    /** @param complete whether these are all pods of the namespace */
    record Listing(List<Workload> pods, boolean complete) {}

    /** Nodes that never change, without a cluster to ask for anything else. */
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
            public Listing pods(String namespace, int max, Duration budget) {
                return new Listing(List.of(), true);
            }

            @Override
            public @Nullable Workload pod(String namespace, String name, Duration budget) {
                return null;
            }
        };
    }
}
