package io.probeguard.kubelet;

import java.util.function.Predicate;

/**
 * What not every kubelet does: one row a fact, with where it holds and how that is known. Paths are those of
 * kubernetes/kubernetes, numbers those of its issues and pull requests; "observed" means on real kubelets 1.20.2 and
 * 1.37.2 whose runc was broken on purpose.
 */
public enum Rule {
    /** An exec that does not get into the container counts as a failed probe: Docker turns it into exit code 126. */
    ERROR_IS_AN_EXIT_CODE(NodeSoftware::isDocker, "pkg/kubelet/dockershim/exec.go, ExecInContainer; observed"),

    /**
     * An exec that is on its way into a container keeps others out, and the ends of others from being told. How containerd
     * 1.7 to 2.1 do is not known.
     */
    EXECS_WAIT_FOR_EACH_OTHER(
            node -> node.isDocker() || node.isContainerdBefore(1, 7),
            "moby, daemon/exec.go, ExecCommands; containerd 1.6, the shim's eventSendMu; observed on 1.6.20, not on 2.2.9"),

    /**
     * An error counts as a failure once the three tries are over; elsewhere the last result stays. To follow a release
     * that has it, put its minor version here.
     */
    ERROR_COUNTS(node -> false, "#139550, open; until then pkg/kubelet/prober/worker.go, doProbe; observed"),

    /**
     * A probe's timeout counts as a failure; before, CRI reported an error and Docker waited for the command. GKE turned
     * that off up to 1.34; CRI-O counts timeouts itself.
     */
    TIMEOUT_COUNTS(
            node -> (node.version().isAtLeast(20) && !node.isGkeBefore(35)) || node.isCrioWithTimeouts(),
            "ExecProbeTimeout, KEP-1972, #94115; observed; cloud.google.com/kubernetes-engine/docs/deprecations/"
                    + "exec-probe-timeouts; cri-o/cri-o#3065 (1.16.3), #3230 (1.17.1), #3231 (1.18)"),

    /**
     * Any result of a startup probe, and of a readiness probe, wakes the pod's worker; before, that waited for the next
     * sync of the pod, up to 90 s.
     */
    RESULT_WAKES_POD(since(21), "#98376; pkg/kubelet/kubelet.go, handleProbeSync; observed"),

    /** A sync of a container that is not Ready makes its readiness probe run at once. */
    READINESS_RUNS_AT_SYNC(since(21), "#98376; pkg/kubelet/prober/prober_manager.go, UpdatePodStatus; observed"),

    /** And its period restarts with that. */
    READINESS_PERIOD_RESTARTS(since(32), "#119089; pkg/kubelet/prober/worker.go, run; observed"),

    /** A probe's own terminationGracePeriodSeconds is heeded. */
    PROBE_GRACE(since(25), "ProbeTerminationGracePeriod, KEP-2238; observed"),

    /** The pod of a container in back-off is looked at when that ends; before, every 10 to 15 s. */
    SYNC_AT_END_OF_BACK_OFF(since(35), "#133066; pkg/kubelet/pod_workers.go, completeWork; observed"),

    /** Init containers with restartPolicy Always are sidecars; before, they are init containers that must end. */
    SIDECARS(since(29), "SidecarContainers, KEP-753; observed"),

    /** Containers may have a restartPolicy of their own. */
    CONTAINER_RESTART_POLICY(since(35), "ContainerRestartRules, KEP-5307; observed"),

    /** A deleted pod's phase becomes Succeeded or Failed before the pod goes. */
    DELETED_POD_HAS_PHASE(since(27), "#115331; observed"),

    /** Pods go from the API server as soon as their containers have ended; before, when those have been removed. */
    DELETED_AT_ONCE(since(22), "#102344; before, pkg/kubelet/kubelet_pods.go, PodResourcesAreReclaimed; observed"),

    /** The status of a pod is written at once; before, five writes a second were allowed to a kubelet. */
    STATUS_WRITTEN_AT_ONCE(since(27), "kubeAPIQPS 50, #116121; before 5; observed"),

    /**
     * A failed pod of a Job is replaced 10 s after its last container ended, doubling; before, within that time after the
     * controller saw it fail, as its queue has it.
     */
    JOB_WAITS_ITS_BACK_OFF(
            since(28), "pkg/controller/job/backoff_utils.go, getRemainingTime, getFinishedTime; observed"),

    /** A Job is Failed once its pods have ended; before, when they are told to. */
    JOB_FAILS_AFTER_ITS_PODS(since(31), "pkg/controller/job/job_controller.go, FailureTarget; observed");

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
    private final Predicate<NodeSoftware> where;

    private final String source;

    Rule(Predicate<NodeSoftware> where, String source) {
        this.where = where;
        this.source = source;
    }

    boolean holds(NodeSoftware node) {
        return where.test(node);
    }

    /** How it is known. */
    public String source() {
        return source;
    }

    private static Predicate<NodeSoftware> since(int minor) {
        return node -> node.version().isAtLeast(minor);
    }
}
