package io.probeguard.kubelet;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A scenario as the script {@code observe} runs it: what {@code transcribe scenarios} has taken apart. */
final class ScenarioRun {
    private static final JsonMapper MAPPER = new JsonMapper();

    private ScenarioRun() {}

    /** A file of scenarios, as the script reads it. */
    static String documents(Collection<JsonNode> manifests) {
        return manifests.stream()
                .map(manifest -> MAPPER.writeValueAsString(of(manifest)))
                .collect(Collectors.joining("\n---\n"));
    }

    /**
     * Faults of exec become variables that the runc of the node reads, and options about programs become programs.
     * Faults of a command need nothing: they are commands that fail or take their time.
     */
    private static ObjectNode of(JsonNode manifest) {
        ObjectNode run = MAPPER.createObjectNode()
                .put("name", manifest.at("/metadata/name").asString())
                .put("says", manifest.at("/metadata/annotations/says").asString());
        ObjectNode spec;
        if (manifest.path("kind").asString().equals("Job")) {
            ObjectNode job = ((ObjectNode) manifest.path("spec")).deepCopy();
            spec = (ObjectNode) job.remove("template").path("spec");
            run.set("job", job.set("spec", spec));
        } else {
            spec = ((ObjectNode) manifest.path("spec")).deepCopy();
            run.set("spec", spec);
        }
        List<ObjectNode> containers = Stream.of("containers", "initContainers")
                .flatMap(field -> spec.path(field).valueStream())
                .map(ObjectNode.class::cast)
                .toList();
        List<String> options = List.of(
                manifest.at("/metadata/annotations/options").asString("").split(" ", -1));
        for (int i = 0; i < options.size(); i++) {
            switch (options.get(i)) {
                case "--fault" -> breakExec(containers, options.get(++i));
                case "--grace-exit" -> onTerm(containers, "exit " + options.get(++i));
                case "--ignores-term" -> onTerm(containers, "");
                case "--delete-at" -> run.put("delete", Integer.parseInt(options.get(++i)));
                default -> {}
            }
        }
        return run;
    }

    /** Reads {@code c=slow:2@30}; {@code c/liveness=command-fails} is one of the command. */
    private static void breakExec(List<ObjectNode> containers, String fault) {
        String name = fault.substring(0, fault.indexOf('='));
        String[] kind = fault.substring(name.length() + 1).split("@", -1);
        containers.stream()
                .filter(container -> container.path("name").asString().equals(name))
                .map(container -> container.putArray("env"))
                .forEach(env -> {
                    env.addObject().put("name", "EXEC_FAULT").put("value", kind[0].replace(':', ' '));
                    if (kind.length > 1) {
                        env.addObject().put("name", "EXEC_FAULT_AFTER").put("value", kind[1]);
                    }
                });
    }

    private static void onTerm(List<ObjectNode> containers, String command) {
        for (ObjectNode container : containers) {
            container
                    .putArray("command")
                    .add("sh")
                    .add("-c")
                    .add("trap '" + command + "' TERM; while true; do sleep 0.1; done");
        }
    }
}
