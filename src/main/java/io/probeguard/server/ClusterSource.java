package io.probeguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import org.jspecify.annotations.Nullable;

/** Where cluster state comes from, and with it what can be written back. */
public interface ClusterSource extends AutoCloseable {
    /** What reviews are based on; never null, and empty before anything is known. */
    ClusterState state();

    /** Why the state is not known yet; null once it is. */
    @Nullable
    String notReady();

    /** Whether API servers have been told not to call; false where that is not known. */
    boolean isSuspended();

    /** Why the ConfigMap with changes of the catalogue is not used, in one line; null if it is, or there is none. */
    @Nullable
    String catalogueRejected();

    /** Adds metrics of the state and of how current it is. */
    void register(Metrics metrics);

    /** What probe-guard writes to the cluster, not started yet; none without a cluster. */
    ClusterWriters writers(Metrics metrics);

    /** What is known of nodes, in a sentence for whoever starts the server. */
    String summary();

    @Override
    void close();

    /** Nodes that were read from a file and never change. */
    static ClusterSource fixed(Fleet fleet) {
        return new FixedCluster(fleet);
    }

    /** The live cluster, which is watched from now on. */
    static ClusterSource watch(KubernetesClient client, WebhookSettings settings) {
        return new WatchedCluster(client, settings);
    }
}
