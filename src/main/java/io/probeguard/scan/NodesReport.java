package io.probeguard.scan;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import io.probeguard.node.Flag;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.text.Wording;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The nodes as {@code nodes} tells of them; src/site/markdown/nodes.md documents its JSON, which is just these fields.
 *
 * @param nodes the flagged ones first: the surest, of these the worst
 */
public record NodesReport(Summary summary, List<Node> nodes) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    /** @param flagged how many nodes there are of each confidence, the surest first */
    public record Summary(int nodes, Map<String, Integer> flagged) {
        /** {@code 14 nodes: 2 confirmed, 1 suspected, 11 not flagged}. */
        public String sentence() {
            String each = flagged.entrySet().stream()
                    .filter(strength ->
                            strength.getValue() > 0 || !strength.getKey().equals("observed"))
                    .map(strength -> strength.getValue() + " " + strength.getKey())
                    .collect(Collectors.joining(", "));
            return Wording.count(nodes, "node") + ": " + each + ", " + notFlagged() + " not flagged";
        }

        private int notFlagged() {
            return nodes - flagged.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /**
     * One node. All that is about its flag is null, or empty, where it has none.
     *
     * @param effect what the worst build does to exec
     * @param confidence {@code confirmed}, {@code suspected} ...
     * @param builds catalogue ids, the worst first; empty also where an admin did not say
     * @param source where the flag comes from: {@code label}, {@code condition}, {@code packages}, {@code node-info} ...
     * @param reason what was seen
     * @param since when that became known; null where the node does not tell
     * @param whatToDo what helps, or settles a suspicion
     * @param ignored what an admin wrote on it that counts for nothing, such as an unknown value of a label
     */
    public record Node(
            String name,
            @Nullable Effect effect,
            @Nullable String confidence,
            List<String> builds,
            @Nullable String source,
            @Nullable String reason,
            @Nullable Instant since,
            @Nullable String whatToDo,
            String runtime,
            String osImage,
            String kernel,
            String kubelet,
            List<String> ignored) {
        /** The same of another node. */
        Node named(String other) {
            return new Node(
                    other,
                    effect,
                    confidence,
                    builds,
                    source,
                    reason,
                    since,
                    whatToDo,
                    runtime,
                    osImage,
                    kernel,
                    kubelet,
                    ignored);
        }
    }

    private record Flagged(NodeFacts facts, @Nullable Flag flag, List<String> ignored) {
        @Nullable
        Strength strength() {
            return flag == null ? null : flag.strength();
        }

        @Nullable
        Effect effect() {
            if (flag == null) {
                return null;
            }
            return flag.builds().isEmpty()
                    ? Effect.UNKNOWN
                    : flag.builds().get(0).effect();
        }

        @Nullable
        String whatToDo() {
            return flag == null ? null : NodesReport.whatToDo(flag);
        }

        Node told() {
            boolean isFlagged = flag != null;
            return new Node(
                    facts.name(),
                    effect(),
                    isFlagged ? flag.strength().word() : null,
                    isFlagged ? flag.builds().stream().map(CatalogueEntry::id).toList() : List.of(),
                    isFlagged ? flag.source().word() : null,
                    isFlagged ? flag.reason() : null,
                    isFlagged ? flag.since() : null,
                    whatToDo(),
                    facts.info().containerRuntimeVersion(),
                    facts.info().osImage(),
                    facts.info().kernelVersion(),
                    facts.info().kubeletVersion(),
                    ignored);
        }
    }

    public static NodesReport of(Fleet fleet) {
        List<Flagged> all = fleet.members().stream()
                .map(member -> new Flagged(member.facts(), member.flag(), member.ignored()))
                .toList();
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Strength strength : Strength.values()) {
            counts.put(strength.word(), (int)
                    all.stream().filter(node -> node.strength() == strength).count());
        }
        List<Node> nodes = all.stream()
                .sorted(Comparator.comparing(Flagged::strength, flaggedFirst())
                        .thenComparing(Flagged::effect, flaggedFirst())
                        .thenComparing(Flagged::whatToDo, flaggedFirst())
                        .thenComparing(node -> node.facts.name()))
                .map(Flagged::told)
                .toList();
        return new NodesReport(new Summary(nodes.size(), counts), nodes);
    }

    /** Those that have a flag. */
    public List<Node> flagged() {
        return nodes.stream().filter(node -> node.confidence() != null).toList();
    }

    private static <T extends Comparable<? super T>> Comparator<T> flaggedFirst() {
        return Comparator.nullsLast(Comparator.naturalOrder());
    }

    private static String whatToDo(Flag flag) {
        if (flag.builds().isEmpty()) {
            return "use httpGet, tcpSocket or grpc there, or annotate the node with " + NodeFacts.BUILD_ANNOTATION
                    + ": which build it is tells more";
        }
        String remedies = flag.builds().stream().map(remedy(flag)).distinct().collect(Collectors.joining("; "));
        return flag.isConfirmed() ? remedies : flag.reason() + "; if so, " + remedies;
    }

    private static Function<CatalogueEntry, String> remedy(Flag flag) {
        return build -> build.remedy()
                + (flag.isConfirmed() && !build.timingHelps() ? "; longer timing of probes cannot heal it" : "");
    }

    /** Writes it as JSON. */
    public void writeJson(PrintWriter out) {
        out.println(MAPPER.writeValueAsString(this));
    }
}
