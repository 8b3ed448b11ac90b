package io.probeguard.host;

import io.probeguard.text.Failures;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version that a runtime's program reports. It is that of the file, which may have been replaced since the daemon
 * started; the daemons' sockets speak gRPC (and CRI-O's HTTP endpoint beside it has no version).
 */
enum RuntimeProgram {
    /** {@code containerd github.com/containerd/containerd v1.7.14 dcf2847247e18caba8dce86522029642f60fe96b}. */
    CONTAINERD("containerd", "containerd", "containerd \\S+ v?(\\d\\S*).*"),
    /** {@code crio version 1.25.1}, and from 1.18 on more lines. */
    CRI_O("cri-o", "crio", "crio version v?(\\d\\S*).*");

    private final String runtime;
    private final String program;
    private final Pattern output;

    RuntimeProgram(String runtime, String program, String output) {
        this.runtime = runtime;
        this.program = program;
        this.output = Pattern.compile(output, Pattern.DOTALL);
    }

    InspectedSource ask(HostRoot root) {
        try {
            String answer = root.run(program, "--version").output();
            Matcher matcher = this.output.matcher(answer);
            return matcher.matches()
                    ? InspectedSource.runtime(
                            runtime,
                            List.of(),
                            matcher.group(1),
                            answer.lines().findFirst().orElse(""))
                    : InspectedSource.failed(
                            runtime,
                            program + " --version: "
                                    + answer.lines().findFirst().orElse(""));
        } catch (FileNotFoundException e) {
            return InspectedSource.absent(runtime, Failures.message(e));
        } catch (IOException e) {
            return InspectedSource.failed(runtime, Failures.message(e));
        }
    }
}
