package io.probeguard.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Anything that embeds a PodSpec: a pod, or a template that pods are created from.
 *
 * @param kindName the kind as manifests write it; what tells custom resources apart
 * @param namespace null where the manifest leaves it to the client
 * @param name the name, or the {@code generateName} of an object that has no name yet; empty where there is neither
 * @param generateName stays with an object after it got its name; empty where there is none
 * @param uid null for what is in no cluster
 * @param controller what created the object, such as a pod's ReplicaSet; null where a person did
 * @param hasMetadata whether the pod has any metadata, as every pod in a cluster does
 * @param hasAnnotations whether the pod has any annotations, of whatever name
 * @param annotations of the pod (for a template: of the pods created from it)
 * @param job what makes it give up, if it is a Job or makes Jobs; null otherwise
 * @param state of a pod that a kubelet has seen; null for others
 * @param specPointer JSON pointer of the PodSpec within the object
 */
public record Workload(
        WorkloadKind kind,
        String kindName,
        @Nullable String namespace,
        String name,
        String generateName,
        @Nullable String uid,
        @Nullable Controller controller,
        boolean hasMetadata,
        boolean hasAnnotations,
        PodAnnotations annotations,
        PodSpec pod,
        @Nullable JobLimits job,
        @Nullable PodState state,
        String specPointer) {

    private static final Handler[] HANDLERS = Handler.values();
    /** Controllers that other controllers create, by the names that those give them. */
    private static final List<CreatedController> CREATED_CONTROLLERS = List.of(
            // A hash in the letters of apimachinery's util/rand, before Kubernetes 1.8 in digits.
            new CreatedController(
                    "ReplicaSet", Pattern.compile("(.+)-[bcdfghjklmnpqrstvwxz0-9]{1,10}"), WorkloadKind.DEPLOYMENT),
            // The time that it was scheduled for, in minutes (before Kubernetes 1.21: seconds) since 1970.
            new CreatedController("Job", Pattern.compile("(.+)-\\d{8,10}"), WorkloadKind.CRON_JOB));

    private record CreatedController(String kind, Pattern name, WorkloadKind creator) {}

    /**
     * The owner that controls an object, from its owner references.
     *
     * @param apiVersion null where the reference has none
     * @param uid null where the reference has none
     */
    public record Controller(
            @Nullable String apiVersion,
            String kind,
            String name,
            @Nullable String uid) {}

    /**
     * An exec probe or hook of one of the pod's containers.
     *
     * @param pointer JSON pointer of the probe or hook within the object
     * @param timing null for hooks
     */
    public record ExecHandler(
            Container container,
            Handler handler,
            String pointer,
            @Nullable Timing timing) {
        /** The container's name; empty where it has none yet. */
        public String containerName() {
            return Objects.requireNonNullElse(container.name(), "");
        }
    }

    /** A kind and a name. */
    public record Identity(String kind, String name) {}

    /**
     * All that people may know the workload by: itself, its controller, and the controller of that, which is inferred from
     * names: a ReplicaSet's is its Deployment's with a hash, a Job's its CronJob's with a time.
     */
    public List<Identity> identities() {
        List<Identity> identities = new ArrayList<>();
        identities.add(new Identity(kindName, name));
        identities.add(new Identity(kindName, generateName));
        if (controller != null) {
            identities.add(new Identity(controller.kind(), controller.name()));
            for (CreatedController created : CREATED_CONTROLLERS) {
                Matcher name = created.name.matcher(controller.name());
                if (created.kind.equals(controller.kind()) && name.matches()) {
                    identities.add(new Identity(created.creator.kindName(), name.group(1)));
                }
            }
        }
        return identities;
    }

    /** What people know it by: the topmost of its controllers, or itself where it has none. */
    public Identity owner() {
        List<Identity> identities = identities();
        return identities.get(controller == null ? 0 : identities.size() - 1);
    }

    /** Whether a DaemonSet created this pod, for the one node that it is on. */
    public boolean isDaemon() {
        return controller != null && WorkloadKind.DAEMON_SET.kindName().equals(controller.kind());
    }

    /**
     * The DaemonSet that created this pod, as far as the pod shows it: with the same probes, and for no node by name.
     *
     * @throws IllegalStateException if the pod is not a {@linkplain #isDaemon() DaemonSet's}
     */
    public Workload daemonSet() {
        if (controller == null || !isDaemon()) {
            throw new IllegalStateException("no DaemonSet created this pod");
        }
        return new Workload(
                WorkloadKind.DAEMON_SET,
                WorkloadKind.DAEMON_SET.kindName(),
                namespace,
                controller.name(),
                "",
                controller.uid(),
                null,
                hasMetadata,
                hasAnnotations,
                annotations,
                pod.on(null).unpinned(),
                null,
                null,
                specPointer);
    }

    /** The same pod on a node; with null, as it was before it was scheduled. */
    public Workload on(@Nullable String nodeName) {
        return with(annotations, pod.on(nodeName));
    }

    /** The same pod without the annotation of a mirror pod, which users can write too. */
    public Workload withoutMirror() {
        return annotations.mirror() == null ? this : with(annotations.withoutMirror(), pod);
    }

    /** The same pod with the timing that it has, whatever it had before it was rewritten. */
    public Workload asItRuns() {
        return with(annotations.withoutRewritten(), pod);
    }

    private Workload with(PodAnnotations newAnnotations, PodSpec newPod) {
        return new Workload(
                kind,
                kindName,
                namespace,
                name,
                generateName,
                uid,
                controller,
                hasMetadata,
                hasAnnotations,
                newAnnotations,
                newPod,
                job,
                state,
                specPointer);
    }

    public boolean isPod() {
        return kind == WorkloadKind.POD;
    }

    /** Every exec probe and hook: those of the containers first, then those of the init containers. */
    public List<ExecHandler> execHandlers() {
        List<ExecHandler> found = List.of();
        found = collect(pod.containers(), "/containers/", found);
        return collect(pod.initContainers(), "/initContainers/", found);
    }

    private List<ExecHandler> collect(List<Container> containers, String below, List<ExecHandler> soFar) {
        List<ExecHandler> found = soFar;
        for (int i = 0; i < containers.size(); i++) {
            Container container = containers.get(i);
            for (Handler handler : HANDLERS) {
                if (container != null && container.execs(handler)) {
                    if (found.isEmpty()) {
                        found = new ArrayList<>(); // most pods have none: nothing is allocated for them
                    }
                    Probe probe = container.probe(handler);
                    found.add(new ExecHandler(
                            container,
                            handler,
                            specPointer + below + i + "/" + handler.field(),
                            probe == null ? null : probe.timing()));
                }
            }
        }
        return found;
    }
}
