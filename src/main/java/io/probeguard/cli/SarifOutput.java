package io.probeguard.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.probeguard.cli.ManifestReview.InputError;
import io.probeguard.cli.ManifestReview.Reviewed;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Words;
import io.probeguard.runtime.CatalogueEntry;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** SARIF 2.1.0 (docs.oasis-open.org/sarif), which code hosts show in place: builds are rules, findings are results. */
final class SarifOutput implements ReviewOutput {
    private static final String UNNAMED_BUILD = "exec-broken";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

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

    record Notification(String level, Message message, List<Location> locations) {}

    record Result(String ruleId, String level, Message message, List<Location> locations) {}

    record Location(
            PhysicalLocation physicalLocation, @Nullable List<LogicalLocation> logicalLocations) {}

    record PhysicalLocation(
            ArtifactLocation artifactLocation, @Nullable Region region) {}

    record ArtifactLocation(String uri) {}

    record Region(int startLine) {}

    record LogicalLocation(String fullyQualifiedName) {}

    @Override
    public void write(ManifestReview review, PrintWriter out) {
        Map<String, Rule> rules = new LinkedHashMap<>();
        List<Result> results = new ArrayList<>();
        for (Reviewed reviewed : review.reviewed()) {
            for (Finding finding : reviewed.review().findings()) {
                Rule rule = rule(finding);
                rules.putIfAbsent(rule.id, rule);
                results.add(result(rule, reviewed, finding));
            }
        }
        List<Notification> notifications =
                review.errors().stream().map(SarifOutput::notification).toList();
        Driver driver = new Driver("probe-guard", Version.OF_THIS_BUILD, List.copyOf(rules.values()));
        Run run = new Run(new Tool(driver), List.of(new Invocation(notifications.isEmpty(), notifications)), results);
        out.println(MAPPER.writeValueAsString(
                new Log("https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", List.of(run))));
    }

    private static Rule rule(Finding finding) {
        if (finding.builds().isEmpty()) {
            return new Rule(
                    UNNAMED_BUILD,
                    new Message("Exec is broken on a node, by its admin's word"),
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

    private static Result result(Rule rule, Reviewed reviewed, Finding finding) {
        String name = reviewed.found().workload().kind() + "/"
                + reviewed.found().workload().name() + "/" + finding.container() + "/" + finding.handler();
        return new Result(
                rule.id,
                level(finding.action()),
                new Message(finding.message()),
                List.of(new Location(
                        place(reviewed.file(), reviewed.line(finding)),
                        List.of(new LogicalLocation(Words.clean(name))))));
    }

    private static Notification notification(InputError error) {
        return new Notification(
                "error",
                new Message(Words.clean(error.message())),
                List.of(new Location(place(error.file(), error.line()), null)));
    }

    private static PhysicalLocation place(String file, @Nullable Integer line) {
        return new PhysicalLocation(new ArtifactLocation(uri(file)), line == null ? null : new Region(line));
    }

    private static String uri(String file) {
        try {
            // A colon in the first part of a relative path would make that a scheme.
            String path = file.indexOf(':') >= 0 && !file.startsWith("/") && !file.startsWith(".") ? "./" + file : file;
            return new URI(null, null, path, null).toASCIIString();
        } catch (URISyntaxException e) {
            return file;
        }
    }

    private static String level(Action action) {
        return switch (action) {
            case NONE -> "note";
            case WARN, REWRITE -> "warning";
            case DENY -> "error";
        };
    }
}
