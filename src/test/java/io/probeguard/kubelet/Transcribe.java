package io.probeguard.kubelet;

import io.probeguard.Command;
import io.probeguard.External;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The script that turns what was run on a kubelet, and what was seen of it, into fixtures. */
final class Transcribe {
    private Transcribe() {}

    /** Skips the test that calls it where the script cannot run. */
    static void require() throws IOException, InterruptedException {
        Process imports = new ProcessBuilder(External.program("python3").toString(), "-c", "import yaml")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (imports.waitFor() != 0) {
            External.skip("python3 has no PyYAML");
        }
    }

    /** Runs it, and returns what it printed. */
    static String run(String... args) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(Scenarios.FOLDER.resolve("transcribe").toString()));
        command.addAll(List.of(args));
        return Command.run(Path.of(""), Map.of(), command);
    }
}
