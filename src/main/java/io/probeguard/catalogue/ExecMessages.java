package io.probeguard.catalogue;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose fault a failed exec is, by the stage at which it failed: what comes before the command runs is the runtime's fault,
 * whatever errno follows; what is said of the command itself is the application's; that the container has ended, or that
 * time was up, is neither. Stages are those of runc's setns path (libcontainer/process_linux.go); all are regular
 * expressions.
 *
 * @param endings of containers, and timeouts
 * @param commands what is said of the command, after its name
 * @param stages at which the runtime itself failed
 * @param vague what a runtime says of the command as well, where no stage is named
 */
record ExecMessages(List<Pattern> endings, List<Pattern> commands, List<Pattern> stages, List<Pattern> vague) {

    /**
     * Over CRI the error of an exec that failed in the runtime comes after "errored", and "failed" is followed by what the
     * command printed: {@code pkg/probe/exec/exec.go} and {@code pkg/kubelet/prober/prober.go}; observed with kubelets 1.20
     * and 1.36. Messages about hooks quote the command. The dockershim has "failed" for both.
     */
    private static final Pattern ERRORED = Pattern.compile("^(Liveness|Readiness|Startup) probe errored");

    private static final String DOCKER = "docker://";

    ExecMessages(
            @Nullable List<Pattern> endings,
            @Nullable List<Pattern> commands,
            @Nullable List<Pattern> stages,
            @Nullable List<Pattern> vague) {
        this.endings = endings == null ? List.of() : List.copyOf(endings);
        this.commands = commands == null ? List.of() : List.copyOf(commands);
        this.stages = stages == null ? List.of() : List.copyOf(stages);
        this.vague = vague == null ? List.of() : List.copyOf(vague);
    }

    /** Whether a message on a node with this runtime repeats what the runtime said, and not what a command printed. */
    static boolean isOfRuntime(String message, String runtimeVersion) {
        return runtimeVersion.startsWith(DOCKER) || ERRORED.matcher(message).find();
    }

    /** Whether a message may be about a failure of the runtime. */
    boolean mayBlameRuntime(String message) {
        if (isAny(endings, message) || isAny(commands, message)) {
            return false;
        }
        return isAny(stages, message) || !isAny(vague, message);
    }

    private static boolean isAny(List<Pattern> patterns, String message) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(message).find());
    }
}
