package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What the chart's accounts may do is what the table of the security page says, whatever the values. */
class PermissionsTest {
    private static final Path PAGE = Path.of("src/site/markdown/security.md");
    private static final Pattern ROW = Pattern.compile("\\|([^|]+)\\|([^|]+)\\|([^|]+)\\|([^|]+)\\|([^|]+)\\|[^|]+\\|");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final ObjectMapper YAML = new YAMLMapper();

    /** Values without which Helm refuses some that are set below. */
    private static final Map<String, Object> NEEDED = Map.of(
            "certificates.files.secretName", "mine",
            "certificates.files.caBundle", "mine",
            "callers.secretName", "mine");

    /** One row of the table; {@code when} is its fifth cell. */
    private record Row(Set<String> permissions, String when) {

        static Row of(List<String> cells) {
            Set<String> permissions = new TreeSet<>();
            for (String account : codeOr(cells.get(0))) {
                for (String resource : codeOr(cells.get(2))) {
                    boolean isRole = cells.get(2).startsWith("role ");
                    for (String verb :
                            isRole ? List.of("bound") : List.of(cells.get(3).split(", "))) {
                        permissions.add(permission(account, cells.get(1), resource, verb));
                    }
                }
            }
            return new Row(permissions, cells.get(4));
        }

        /** Any of the alternatives, all of each. */
        boolean isGranted(JsonNode values) {
            return when.equals("always")
                    || Stream.of(when.split(", or "))
                            .anyMatch(all -> Stream.of(all.split(" and ")).allMatch(one -> holds(one, values)));
        }

        Stream<String> conditions() {
            return CODE.matcher(when).results().map(code -> code.group(1));
        }

        private static boolean holds(String condition, JsonNode values) {
            String code = codeOr(condition).get(0);
            List<String> parts = parts(code);
            String value = values.at("/" + parts.get(0).replace('.', '/')).asString("");
            boolean isSo = parts.size() > 1
                    ? value.equals(parts.get(1))
                    : !List.of("", "false").contains(value);
            boolean isNegated = condition.startsWith("not ") || code.contains("!=");
            return isSo != isNegated;
        }
    }

    /** What one test sets, as {@code --set} does. */
    static List<Map<String, Object>> values() throws IOException {
        List<Map<String, Object>> cases = new ArrayList<>(List.of(Map.of(), ChartTest.EVERYTHING));
        flipped("", YAML.readTree(Files.readString(Chart.PATH.resolve("values.yaml"))), cases);
        table().stream()
                .flatMap(Row::conditions)
                .map(PermissionsTest::parts)
                .filter(parts -> parts.size() > 1)
                .forEach(parts -> cases.add(Map.of(parts.get(0), parts.get(1))));
        cases.add(Map.of("prometheus.url", "http://prometheus:9090"));
        cases.add(Map.of("certificates.source", "cert-manager"));
        cases.add(Map.of("certificates.source", "files"));
        cases.add(Map.of("hostNetwork", "true", "console.exposed", "true"));
        cases.add(Map.of("policyReports", "wgpolicyk8s.io", "backgroundReview.enabled", "false"));
        return cases;
    }

    /** Each value that is true or false the other way round. */
    private static void flipped(String path, JsonNode values, List<Map<String, Object>> cases) {
        values.propertyStream().forEach(value -> {
            String name = path + value.getKey();
            if (value.getValue().isBoolean()) {
                cases.add(Map.of(name, String.valueOf(!value.getValue().asBoolean())));
            }
            flipped(name + ".", value.getValue(), cases);
        });
    }

    @ParameterizedTest
    @MethodSource("values")
    void areThoseOfTheTable(Map<String, Object> set) throws IOException {
        Map<String, Object> all = new HashMap<>(NEEDED);
        all.putAll(set);
        JsonNode values = merged(all);
        Set<String> said = table().stream()
                .filter(row -> row.isGranted(values))
                .flatMap(row -> row.permissions().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(granted(Chart.render("1.30.0", all))).isEqualTo(said);
    }

    /** The defaults with these instead. */
    private static JsonNode merged(Map<String, Object> set) throws IOException {
        JsonNode values = YAML.readTree(Files.readString(Chart.PATH.resolve("values.yaml")));
        set.forEach((name, value) -> {
            String path = "/" + name.replace('.', '/');
            int last = path.lastIndexOf('/');
            values.withObject(path.substring(0, last)).put(path.substring(last + 1), value.toString());
        });
        return values;
    }

    private static List<Row> table() throws IOException {
        return Files.readString(PAGE)
                .lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .dropWhile(row -> !row.group(1).strip().equals("account"))
                .skip(2)
                .map(row -> Row.of(Stream.of(1, 2, 3, 4, 5)
                        .map(row::group)
                        .map(String::strip)
                        .toList()))
                .toList();
    }

    /** What the roles allow to whom they are bound. */
    private static Set<String> granted(Chart chart) {
        Set<String> granted = new TreeSet<>();
        Set<String> bound = new TreeSet<>();
        for (JsonNode binding : chart.objects()) {
            if (binding.has("roleRef")) {
                String namespaces = namespaces(binding);
                String role = binding.at("/roleRef/name").asString();
                bound.add(namespaces + role);
                for (JsonNode subject : binding.path("subjects")) {
                    String account = subject.path("name").asString();
                    List<String> permissions = roles(chart, namespaces, role)
                            .flatMap(found -> permissions(account, found))
                            .toList();
                    granted.addAll(
                            permissions.isEmpty()
                                    ? List.of(permission(account, namespaces, role, "bound"))
                                    : permissions);
                }
            }
        }
        for (JsonNode role : chart.objects()) {
            if (role.has("rules")
                    && !bound.contains(
                            namespaces(role) + role.at("/metadata/name").asString())) {
                permissions("whom you bind it to", role).forEach(granted::add);
            }
        }
        return granted;
    }

    private static Stream<JsonNode> roles(Chart chart, String namespaces, String name) {
        return chart.objects().stream()
                .filter(object -> object.path("kind").asString().endsWith("Role")
                        && namespaces(object).equals(namespaces)
                        && object.at("/metadata/name").asString().equals(name));
    }

    private static String namespaces(JsonNode object) {
        return object.path("kind").asString().startsWith("Cluster") ? "all" : "own";
    }

    private static Stream<String> permissions(String account, JsonNode role) {
        List<String> permissions = new ArrayList<>();
        for (JsonNode rule : role.path("rules")) {
            for (String verb : texts(rule.path("verbs"))) {
                for (String url : texts(rule.path("nonResourceURLs"))) {
                    permissions.add(permission(account, namespaces(role), url, verb));
                }
                for (String group : texts(rule.path("apiGroups"))) {
                    for (String kind : texts(rule.path("resources"))) {
                        String resource = group.isEmpty() ? kind : kind + "." + group;
                        List<String> names = texts(rule.path("resourceNames"));
                        (names.isEmpty() ? Stream.of(resource) : names.stream().map(name -> resource + "/" + name))
                                .forEach(one -> permissions.add(permission(account, namespaces(role), one, verb)));
                    }
                }
            }
        }
        return permissions.stream();
    }

    /** A value's name, and what it is compared with, if anything. */
    private static List<String> parts(String condition) {
        return List.of(condition.split("!?=", 2));
    }

    private static String permission(String account, String namespaces, String resource, String verb) {
        return String.join(" ", account, verb, resource, "in", namespaces);
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    /** What a cell has as code, or else the cell. */
    private static List<String> codeOr(String cell) {
        List<String> code =
                CODE.matcher(cell).results().map(one -> one.group(1)).toList();
        return code.isEmpty() ? List.of(cell) : code;
    }
}
