package io.probeguard.output;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.text.Version;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds a SARIF 2.1.0 log (docs.oasis-open.org/sarif): builds are rules, findings are results. */
final class Sarif {
    private static final String UNKNOWN_BUILD = "exec-broken";

    record Log(@JsonProperty("$schema") String schema, String version, List<Run> runs) {}

    record Run(Tool tool, List<Invocation> invocations, List<Result> results) {}

    record Tool(Driver driver) {}

    record Driver(String name, String version, List<Rule> rules) {}

    record Rule(
            String id,
            Message shortDescription,
            Message help,
            @Nullable String helpUri) {}

    record Message(String text) {}

    record Invocation(boolean executionSuccessful, List<Notification> toolExecutionNotifications) {}

    record Notification(String level, Message message, List<Location> locations) {
        static Notification error(String text, PhysicalLocation place) {
            return new Notification("error", new Message(text), List.of(new Location(place, null)));
        }

        static Notification warning(String text, PhysicalLocation place) {
            return new Notification("warning", new Message(text), List.of(new Location(place, null)));
        }

        static Notification note(String text, PhysicalLocation place) {
            return new Notification("note", new Message(text), List.of(new Location(place, null)));
        }

        @JsonIgnore
        boolean isError() {
            return level.equals("error");
        }
    }

    /**
     * @param baselineState null where there is no baseline
     * @param suppressions null where the result counts
     */
    record Result(
            String ruleId,
            String level,
            Message message,
            List<Location> locations,
            @Nullable String baselineState,
            @Nullable List<Suppression> suppressions) {}

    record Suppression(String kind, String justification) {}

    /** What a baseline says of a result; SARIF knows two ways to say it, and readers know one or the other. */
    enum BaselineState {
        NONE(null),
        NEW("new"),
        UNCHANGED("unchanged");

        private final @Nullable String word;

        BaselineState(@Nullable String word) {
            this.word = word;
        }

        private @Nullable List<Suppression> suppressions() {
            return this == UNCHANGED ? List.of(new Suppression("external", "in the baseline")) : null;
        }
    }

    record Location(
            @Nullable PhysicalLocation physicalLocation,
            @Nullable List<LogicalLocation> logicalLocations) {}

    record PhysicalLocation(
            ArtifactLocation artifactLocation, @Nullable Region region) {}

    record ArtifactLocation(String uri) {}

    record Region(int startLine) {}

    record LogicalLocation(String fullyQualifiedName) {}

    private final Map<String, Rule> rules = new LinkedHashMap<>();
    private final List<Result> results = new ArrayList<>();

    void add(Finding finding, Location location) {
        add(finding, location, BaselineState.NONE);
    }

    void add(Finding finding, Location location, BaselineState state) {
        Rule rule = rule(finding);
        rules.putIfAbsent(rule.id, rule);
        results.add(new Result(
                rule.id,
                level(finding.action()),
                new Message(finding.message()),
                List.of(location),
                state.word,
                state.suppressions()));
    }

    /** @param notifications about input that could not be read, as errors, that was not judged, as notes, and others */
    void write(List<Notification> notifications, PrintWriter out) {
        Driver driver = new Driver("probe-guard", Version.CURRENT, List.copyOf(rules.values()));
        Run run = new Run(
                new Tool(driver),
                List.of(new Invocation(notifications.stream().noneMatch(Notification::isError), notifications)),
                results);
        Json.writeWithoutNulls(new Log("https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", List.of(run)), out);
    }

    private static Rule rule(Finding finding) {
        if (finding.builds().isEmpty()) {
            return new Rule(
                    UNKNOWN_BUILD,
                    new Message("Exec is broken on a node; the build is unknown"),
                    new Message("Use httpGet, tcpSocket or grpc, or other nodes."),
                    null);
        }
        CatalogueEntry build = finding.builds().get(0);
        return new Rule(
                build.id(),
                new Message(build.summary()),
                new Message("Remedy: " + build.remedy() + "."),
                build.sources().isEmpty() ? null : build.sources().get(0));
    }

    private static String level(Action action) {
        return switch (action) {
            case NONE, AT_FLOORS -> "note";
            case WARN, REWRITE -> "warning";
            case DENY -> "error";
        };
    }
}
