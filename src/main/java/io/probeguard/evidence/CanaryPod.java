package io.probeguard.evidence;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.probeguard.probe.PodAnnotations;
import java.util.List;
import java.util.Map;

/**
 * The pods that ask a node whether exec works. They may do nothing and need nothing: no token, no privilege, no network.
 *
 * <p>Two kinds, the second only where exec worked in the first. The <em>probe</em> pod tells failing, hanging and slow
 * exec apart. The <em>hook</em> pod finds the exec that fails now and then: the kubelet tries a probe that errored up to
 * three times before it says so (prober/prober.go, maxProbeRetries), and each hook once. It is kept off nodes where exec
 * hangs, since a pod whose hook hangs cannot be removed there.
 */
final class CanaryPod {
    /** Its value is the kind of canary pod; those of the chart's DaemonSet do not have it. */
    static final String LABEL = "probe-guard.io/canary";

    /** Value of the label {@code app.kubernetes.io/name} of all canary pods. */
    static final String NAME = "probe-guard-canary";

    static final String PROBES = "probes";
    static final String HOOKS = "hooks";

    /**
     * Becomes Ready with the first exec that works and stays so, whatever fails later: that remembers the success, which
     * no Event tells of.
     */
    static final String FIRST = "first";

    /** Becomes Ready once {@value #IN_A_ROW} execs in a row have worked, and shows how long these take. */
    static final String STEADY = "steady";

    /** How many times in a row exec must work. */
    static final int IN_A_ROW = 5;

    private static final String HOOK = "hook";
    /** Its third exec is a hook, too: a startup probe, which ends with its first success, lies between. */
    private static final String HOOK_AND_STARTUP = "hook-startup";

    static final List<String> CONTAINERS = List.of(FIRST, STEADY, HOOK, HOOK_AND_STARTUP);

    /** Seconds; a healthy node with 25 times the work it has cores for needed up to 30. */
    private static final int TIMEOUT = 60;

    private static final int NEVER = 1_000_000;
    /** Seconds: hooks must end within it. */
    private static final long GRACE = 30;
    /** That of the pause image (build/pause/Dockerfile of kubernetes/kubernetes, since 3.5). */
    private static final long NOBODY = 65535;

    private CanaryPod() {}

    static Pod probes(String node, CanarySettings settings) {
        return pod(
                node,
                settings,
                PROBES,
                container(FIRST, settings)
                        .withReadinessProbe(probe(settings, 1, NEVER))
                        .build(),
                container(STEADY, settings)
                        .withReadinessProbe(probe(settings, IN_A_ROW, 1))
                        .build());
    }

    static Pod hooks(String node, CanarySettings settings) {
        return pod(
                node,
                settings,
                HOOKS,
                withHooks(container(HOOK, settings), settings).build(),
                withHooks(container(HOOK_AND_STARTUP, settings), settings)
                        .withStartupProbe(probe(settings, 1, NEVER))
                        .build());
    }

    private static Pod pod(String node, CanarySettings settings, String kind, Container... containers) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withGenerateName("probe-guard-canary-")
                .addToLabels("app.kubernetes.io/name", NAME)
                .addToLabels(LABEL, kind)
                .addToAnnotations(PodAnnotations.SKIP, "asks whether exec works here")
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .withActiveDeadlineSeconds(settings.deadline().toSeconds())
                .withTerminationGracePeriodSeconds(GRACE)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .addNewToleration()
                .withOperator("Exists")
                .endToleration()
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(NOBODY)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withContainers(containers)
                .endSpec()
                .build();
        return settings.patch() == null ? pod : settings.patch().applyTo(pod);
    }

    /** Without limits: what runc needs to exec counts as the container's, and would fail or be throttled there. */
    private static ContainerBuilder container(String name, CanarySettings settings) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(settings.image())
                .withNewResources()
                .withRequests(Map.of("cpu", new Quantity("1m"), "memory", new Quantity("4Mi")))
                .endResources()
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext();
    }

    private static Probe probe(CanarySettings settings, int successThreshold, int failureThreshold) {
        return new ProbeBuilder()
                .withNewExec()
                .withCommand(settings.command())
                .endExec()
                .withPeriodSeconds(1)
                .withTimeoutSeconds(TIMEOUT)
                .withSuccessThreshold(successThreshold)
                .withFailureThreshold(failureThreshold)
                .build();
    }

    private static ContainerBuilder withHooks(ContainerBuilder container, CanarySettings settings) {
        return container.withLifecycle(new LifecycleBuilder()
                .withNewPostStart()
                .withNewExec()
                .withCommand(settings.command())
                .endExec()
                .endPostStart()
                .withNewPreStop()
                .withNewExec()
                .withCommand(settings.command())
                .endExec()
                .endPreStop()
                .build());
    }
}
