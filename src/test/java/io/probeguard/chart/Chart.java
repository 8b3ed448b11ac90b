package io.probeguard.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The chart, rendered by Helm. */
public final class Chart {
    public static final Path PATH = Path.of("charts/probe-guard");

    private static final Path COPY = withoutHooks();
    private static final JsonMapper JSON = new JsonMapper();

    private final List<JsonNode> objects = new ArrayList<>();
    private final String text;

    private Chart(String text) {
        this.text = text;
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(text)) {
            if (document != null) {
                objects.add(JSON.valueToTree(document));
            }
        }
    }

    /** A copy whose hooks are ordinary objects, since Helm does not render hooks. */
    private static Path withoutHooks() {
        try {
            Path copy = Files.createTempDirectory("chart");
            try (Stream<Path> files = Files.walk(PATH)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path target = copy.resolve(PATH.getFileName()).resolve(PATH.relativize(file));
                    Files.createDirectories(target.getParent());
                    Files.writeString(target, Files.readString(file).replace("helm.sh/hook:", "hook:"));
                }
            }
            return copy.resolve(PATH.getFileName());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Release "probe-guard" in the namespace of the same name. */
    public static Chart render(String kubeVersion, Map<String, ?> values) {
        TemplateCommand template = new Helm(COPY)
                .template()
                .withName("probe-guard")
                .withNamespace("probe-guard")
                .withKubeVersion(kubeVersion);
        values.forEach(template::set);
        return new Chart(template.call());
    }

    /** The options that its values give Java, and the size of the container, which Java finds out by itself there. */
    public static String javaOptions() throws IOException {
        String values = Files.readString(PATH.resolve("values.yaml"));
        return "-XX:MaxRAM=" + find("(?s)\nresources:.*?limits: \\{memory: (\\d+)Mi}", values) + "m "
                + find("\njavaOptions: \"(.*?)\"", values);
    }

    private static String find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern);
        }
        return matcher.group(1);
    }

    String text() {
        return text;
    }

    public List<JsonNode> objects() {
        return objects;
    }

    /** The only object of a kind, or of several the one that has the release's name; a missing node where there is none. */
    JsonNode only(String kind) {
        List<JsonNode> found = objects.stream()
                .filter(object -> object.path("kind").asString().equals(kind))
                .toList();
        return found.size() > 1 ? named(kind, "probe-guard") : found.isEmpty() ? JSON.missingNode() : found.get(0);
    }

    JsonNode named(String kind, String name) {
        return objects.stream()
                .filter(object -> object.path("kind").asString().equals(kind)
                        && object.at("/metadata/name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    /** The arguments of the server. */
    List<String> args() {
        return args("probe-guard");
    }

    /** The arguments of a Deployment. */
    List<String> args(String deployment) {
        List<String> args = new ArrayList<>();
        named("Deployment", deployment)
                .at("/spec/template/spec/containers/0/args")
                .forEach(arg -> args.add(arg.asString()));
        return args;
    }
}
