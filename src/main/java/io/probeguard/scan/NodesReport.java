package io.probeguard.scan;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import io.probeguard.node.Flag;
import io.probeguard.node.Flag.Source;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Statement;
import io.probeguard.text.Wording;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The nodes as {@code nodes} lists them; the documented JSON has exactly these fields.
 *
 * @param nodes the flagged ones first: by confidence, then by effect, the worst first
 */
public record NodesReport(Summary summary, List<Node> nodes) {
    /** @param flagged how many nodes there are of each confidence, the highest first */
    public record Summary(int nodes, Map<String, Integer> flagged) {
        /** {@code 14 nodes: 2 confirmed, 1 suspected, 11 not flagged}. */
        public String sentence() {
            String byConfidence = flagged.entrySet().stream()
                    .filter(strength ->
                            strength.getValue() > 0 || !strength.getKey().equals("observed"))
                    .map(strength -> strength.getValue() + " " + strength.getKey())
                    .collect(Collectors.joining(", "));
            return Wording.count(nodes, "node") + ": " + byConfidence + ", " + notFlagged() + " not flagged";
        }

        private int notFlagged() {
            return nodes - flagged.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /**
     * One node. What describes its flag is null, or empty, where it has none.
     *
     * @param effect what the worst build does to exec
     * @param confidence {@code confirmed}, {@code suspected} ...
     * @param builds catalogue ids, the worst first; empty also where an admin did not name one
     * @param source where the flag comes from: {@code label}, {@code condition}, {@code packages}, {@code node-info} ...
     * @param reason what was observed
     * @param since when that became known; null where the node does not report it
     * @param whatToDo what helps, or how to settle a suspicion
     * @param evidence what each source says, in the order in which they count
     * @param ignored messages about an admin's labels and annotations that are invalid
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
            List<Statement> evidence,
            List<String> ignored) {
        Node withName(String newName) {
            return new Node(
                    newName,
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
                    evidence,
                    ignored);
        }
    }

    private record Row(NodeFacts facts, Optional<Flag> flag, List<Statement> evidence, List<String> ignored) {
        @Nullable
        Strength strength() {
            return flag.map(Flag::strength).orElse(null);
        }

        @Nullable
        Effect effect() {
            return flag.map(Flag::effect).orElse(null);
        }

        @Nullable
        String whatToDo() {
            return flag.map(NodesReport::whatToDo).orElse(null);
        }

        List<String> builds() {
            return flag.map(Flag::builds).orElse(List.of()).stream()
                    .map(CatalogueEntry::id)
                    .toList();
        }

        Node toNode() {
            return new Node(
                    facts.name(),
                    effect(),
                    flag.map(Flag::strength).map(Strength::word).orElse(null),
                    builds(),
                    flag.map(Flag::source).map(Source::word).orElse(null),
                    flag.map(Flag::reason).orElse(null),
                    flag.map(Flag::since).orElse(null),
                    whatToDo(),
                    facts.info().containerRuntimeVersion(),
                    facts.info().osImage(),
                    facts.info().kernelVersion(),
                    facts.info().kubeletVersion(),
                    evidence,
                    ignored);
        }
    }

    public static NodesReport of(Fleet fleet) {
        List<Row> rows = fleet.members().stream()
                .map(member -> new Row(
                        member.facts(), Optional.ofNullable(member.flag()), member.statements(), member.ignored()))
                .toList();
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Strength strength : Strength.values()) {
            counts.put(strength.word(), (int)
                    rows.stream().filter(row -> row.strength() == strength).count());
        }
        List<Node> nodes = rows.stream()
                .sorted(Comparator.comparing(Row::strength, flaggedFirst())
                        .thenComparing(Row::effect, flaggedFirst())
                        .thenComparing(Row::whatToDo, flaggedFirst())
                        .thenComparing(row -> row.facts.name()))
                .map(Row::toNode)
                .toList();
        return new NodesReport(new Summary(nodes.size(), counts), nodes);
    }

    /** The nodes of which something cannot be understood. */
    public List<Node> withIgnored() {
        return nodes.stream().filter(node -> !node.ignored().isEmpty()).toList();
    }

    /** The nodes that have a flag. */
    public List<Node> flagged() {
        return nodes.stream().filter(node -> node.confidence() != null).toList();
    }

    private static <T extends Comparable<? super T>> Comparator<T> flaggedFirst() {
        return Comparator.nullsLast(Comparator.naturalOrder());
    }

    private static String whatToDo(Flag flag) {
        if (flag.builds().isEmpty()) {
            String advice = "use httpGet, tcpSocket or grpc there, or name the build with the annotation "
                    + NodeFacts.BUILD_ANNOTATION + " for more details";
            return flag.strength() == Strength.OBSERVED ? flag.reason() + "; " + advice : advice;
        }
        String remedies = flag.builds().stream().map(remedy(flag)).distinct().collect(Collectors.joining("; "));
        return flag.isConfirmed()
                ? remedies
                : flag.reason() + "; if so, " + remedies
                        + "; \"probe-guard canary NODE\" tells whether exec works there";
    }

    private static Function<CatalogueEntry, String> remedy(Flag flag) {
        return build ->
                build.remedy() + (flag.isConfirmed() && !build.timingHelps() ? "; longer timing does not fix it" : "");
    }
}
