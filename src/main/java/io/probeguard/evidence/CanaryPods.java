package io.probeguard.evidence;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The canary pods of one namespace, but for those of the chart's DaemonSet. Every failure is the caller's. */
public final class CanaryPods {
    private final KubernetesClient client;
    private final String namespace;

    public CanaryPods(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Returns its name. */
    String create(Pod pod) {
        return client.pods()
                .inNamespace(namespace)
                .resource(pod)
                .create()
                .getMetadata()
                .getName();
    }

    /** By name. */
    Map<String, Pod> all() {
        Map<String, Pod> pods = new HashMap<>();
        client.pods()
                .inNamespace(namespace)
                .withLabel(CanaryPod.LABEL)
                .list()
                .getItems()
                .forEach(pod -> pods.put(pod.getMetadata().getName(), pod));
        return pods;
    }

    List<Event> events(Pod pod) {
        return client.v1()
                .events()
                .inNamespace(namespace)
                .withField("involvedObject.uid", pod.getMetadata().getUid())
                .list()
                .getItems();
    }

    /** Does not wait until it is gone. */
    void remove(String name) {
        client.pods()
                .inNamespace(namespace)
                .withName(name)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete();
    }
}
