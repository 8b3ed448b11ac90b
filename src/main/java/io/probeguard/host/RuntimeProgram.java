package io.probeguard.host;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version that a runtime's program tells of itself. It is that of the file, which may have been replaced since the
 * daemon started; their sockets speak gRPC (and the HTTP that CRI-O answers beside it has no version).
 */
enum RuntimeProgram {
    /** {@code containerd github.com/containerd/containerd v1.7.14 dcf2847247e18caba8dce86522029642f60fe96b}. */
    CONTAINERD("containerd", "containerd", "containerd \\S+ v?(\\d\\S*).*"),
    /** {@code crio version 1.25.1}, and from 1.18 on more lines. */
    CRI_O("cri-o", "crio", "crio version v?(\\d\\S*).*");

    private final String runtime;
    private final String program;
    private final Pattern said;

    RuntimeProgram(String runtime, String program, String said) {
        this.runtime = runtime;
        this.program = program;
        this.said = Pattern.compile(said, Pattern.DOTALL);
    }

    InspectedSource ask(HostRoot root) {
        try {
            String output = root.run(program, "--version").output();
            Matcher matcher = said.matcher(output);
            return matcher.matches()
                    ? InspectedSource.runtime(
                            runtime,
                            List.of(),
                            matcher.group(1),
                            output.lines().findFirst().orElse(""))
                    : InspectedSource.failed(
                            runtime,
                            program + " --version: "
                                    + output.lines().findFirst().orElse(""));
        } catch (FileNotFoundException e) {
            return InspectedSource.none(runtime, e.getMessage());
        } catch (IOException e) {
            return InspectedSource.failed(runtime, e.getMessage());
        }
    }
}
