package io.probeguard.manifest;

import io.probeguard.probe.Timing;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.Documents;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Edits the timing of probes in the text of a manifest, and nothing else: comments, anchors, order, quoting and line
 * endings stay. The result is read again and compared value by value with what was intended.
 */
public final class TimingEdits {
    private static final List<String> TIMING_KEYS =
            List.of("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold");

    private static final Pattern ALIAS = Pattern.compile("\\*[^\\s,\\]}]+");

    private final SourceText text;
    private final Documents documents;
    private final IdentityHashMap<MappingNode, Fields> fields = new IdentityHashMap<>();

    /** The values that fields of a mapping are to have. */
    private record Fields(Document document, Map<String, Integer> values) {}

    /** That a probe cannot be relaxed without changing something else, such as where an anchor shares its numbers. */
    public static final class CannotEditException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        public CannotEditException(String reason) {
            super(reason);
            this.reason = reason;
        }

        /** For the user. */
        public String reason() {
            return reason;
        }
    }

    public TimingEdits(SourceText text) {
        this.text = text;
        this.documents = Documents.parse(text);
    }

    /**
     * Asks for longer timing of a probe.
     *
     * @param index 0-based, of its document
     * @throws CannotEditException if the probe also stands elsewhere, which would change, too
     */
    public void relax(int index, JsonPointer probe, Timing before, Timing after) throws CannotEditException {
        Document document = documents.documents().stream()
                .filter(each -> each.index() == index)
                .findFirst()
                .orElseThrow();
        if (document.isShared(probe)) {
            throw new CannotEditException(
                    "no patch for this probe: a YAML alias or merge key uses it elsewhere, too; write it out"
                            + " in each place, or edit it manually");
        }
        MappingNode mapping = (MappingNode) document.node(probe);
        ObjectNode tree = (ObjectNode) document.tree().at(probe);
        Map<String, Integer> values =
                fields.computeIfAbsent(mapping, absent -> new Fields(document, new LinkedHashMap<>())).values;
        raise(values, tree, "periodSeconds", before.periodSeconds(), after.periodSeconds());
        raise(values, tree, "timeoutSeconds", before.timeoutSeconds(), after.timeoutSeconds());
        raise(values, tree, "failureThreshold", before.failureThreshold(), after.failureThreshold());
    }

    private static void raise(
            Map<String, Integer> values,
            ObjectNode tree,
            String field,
            @Nullable Integer before,
            @Nullable Integer after) {
        if (after != null && !after.equals(before)) {
            tree.put(field, values.merge(field, after, Math::max));
        }
    }

    /**
     * Lines that others replace.
     *
     * @param first 0-based; where {@code before} is empty, the line that {@code after} comes before
     */
    public record LineChange(int first, List<String> before, List<String> after) {}

    /**
     * What changes, in the order of the text.
     *
     * @throws CannotEditException if something else would change as well
     */
    public List<LineChange> apply() throws CannotEditException {
        TreeMap<Integer, Edit> edits = new TreeMap<>();
        fields.forEach(
                (mapping, wanted) -> edits(mapping, wanted).forEach(edit -> edits.merge(edit.start, edit, Edit::then)));
        StringBuilder edited = new StringBuilder(text.content());
        edits.descendingMap().values().forEach(edit -> edited.replace(edit.start, edit.end, edit.replacement));
        verify(edited.toString());
        return lineChanges(edits.values());
    }

    /** Edits on the same or on neighbouring lines make one change. */
    private List<LineChange> lineChanges(Collection<Edit> edits) {
        List<LineChange> changes = new ArrayList<>();
        Deque<Edit> neighbours = new ArrayDeque<>();
        for (Edit edit : edits) {
            if (!neighbours.isEmpty() && lineStart(edit.start) > lineEndAfter(neighbours.getLast())) {
                changes.add(lineChange(neighbours));
                neighbours.clear();
            }
            neighbours.add(edit);
        }
        if (!neighbours.isEmpty()) {
            changes.add(lineChange(neighbours));
        }
        return changes;
    }

    private LineChange lineChange(Deque<Edit> edits) {
        int start = lineStart(edits.getFirst().start);
        int end = edits.stream().mapToInt(this::lineEndAfter).max().orElseThrow();
        StringBuilder after = new StringBuilder(text.content().substring(start, end));
        edits.descendingIterator()
                .forEachRemaining(edit -> after.replace(edit.start - start, edit.end - start, edit.replacement));
        return new LineChange(
                text.line(start) - 1, lines(text.content().substring(start, end)), lines(after.toString()));
    }

    private int lineStart(int offset) {
        return text.content().lastIndexOf('\n', offset - 1) + 1;
    }

    /** The start of the first line that an edit does not change: an insertion of whole lines changes none. */
    private int lineEndAfter(Edit edit) {
        if (edit.start == edit.end && edit.start == lineStart(edit.start) && edit.replacement.endsWith("\n")) {
            return edit.start;
        }
        int lineFeed = text.content().indexOf('\n', edit.end);
        return lineFeed < 0 ? text.content().length() : lineFeed + 1;
    }

    /** Lines without their line feed; a carriage return stays, and a missing final line feed is marked as in diffs. */
    public static List<String> lines(String content) {
        List<String> lines = new ArrayList<>(Arrays.asList(content.split("\n", -1)));
        String last = lines.remove(lines.size() - 1);
        if (!last.isEmpty()) {
            lines.add(last + "\n\\ No newline at end of file");
        }
        return lines;
    }

    private record Edit(int start, int end, String replacement) {
        Edit then(Edit other) {
            return new Edit(start, Math.max(end, other.end), replacement + other.replacement);
        }
    }

    private List<Edit> edits(MappingNode mapping, Fields wanted) {
        List<Edit> edits = new ArrayList<>();
        Map<String, NodeTuple> entries = wanted.document.entries(mapping);
        wanted.values.forEach((field, number) -> {
            NodeTuple entry = entries.get(field);
            edits.add(
                    entry != null && mapping.getValue().contains(entry) // not merged from another mapping
                            ? replacement(wanted.document, entry, number)
                            : insertion(wanted.document, mapping, field, number));
        });
        return edits;
    }

    private Edit replacement(Document document, NodeTuple entry, int number) {
        int keyEnd = document.offset(entry.getKeyNode().getEndMark().getIndex());
        Node value = entry.getValueNode();
        int start = document.offset(value.getStartMark().getIndex());
        int end = document.offset(value.getEndMark().getIndex());
        if (start < keyEnd) { // an alias: the node's place is that of its anchor
            Matcher alias = ALIAS.matcher(text.content());
            alias.find(keyEnd);
            return new Edit(alias.start(), alias.end(), String.valueOf(number));
        }
        String written = text.content().substring(start, end);
        String digits = ((ScalarNode) value).getValue();
        return !digits.isEmpty() && written.endsWith(digits)
                ? new Edit(end - digits.length(), end, String.valueOf(number)) // an anchor or a tag before it stays
                : new Edit(keyEnd, end, ": " + number); // null, written or left out
    }

    private Edit insertion(Document document, MappingNode mapping, String key, int number) {
        ScalarNode first = (ScalarNode) mapping.getValue().get(0).getKeyNode();
        int firstStart = document.offset(first.getStartMark().getIndex());
        int lineStart = lineStart(firstStart);
        String indent = text.content().substring(lineStart, firstStart);
        boolean startsLine = indent.isBlank();
        if (mapping.getFlowStyle() == FlowStyle.FLOW) {
            String quote = first.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED ? "\"" : "";
            String entry = quote + key + quote + ": " + number + ",";
            return startsLine
                    ? new Edit(lineStart, lineStart, indent + entry + lineEnd(lineStart))
                    : new Edit(firstStart, firstStart, entry + " ");
        }
        int after = afterLastTiming(document, mapping);
        if (after < 0) {
            return new Edit(lineStart, lineStart, indent + key + ": " + number + lineEnd(lineStart));
        }
        boolean lastLine = after == text.content().length() && text.content().charAt(after - 1) != '\n';
        return lastLine
                ? new Edit(after, after, lineEnd(0) + indent + key + ": " + number)
                : new Edit(after, after, indent + key + ": " + number + lineEnd(lineStart));
    }

    /** The start of the line after the last timing field of a block mapping itself; -1 where it has none. */
    private int afterLastTiming(Document document, MappingNode mapping) {
        int after = -1;
        for (NodeTuple entry : mapping.getValue()) {
            if (entry.getKeyNode() instanceof ScalarNode key && TIMING_KEYS.contains(key.getValue())) {
                int keyEnd = document.offset(key.getEndMark().getIndex());
                int valueEnd = document.offset(entry.getValueNode().getEndMark().getIndex());
                int lineFeed = text.content().indexOf('\n', Math.max(keyEnd, valueEnd));
                after = lineFeed < 0 ? text.content().length() : lineFeed + 1;
            }
        }
        return after;
    }

    /** The line ending of the line that starts at an offset. */
    private String lineEnd(int lineStart) {
        int lineFeed = text.content().indexOf('\n', lineStart);
        return lineFeed > 0 && text.content().charAt(lineFeed - 1) == '\r' ? "\r\n" : "\n";
    }

    private void verify(String edited) throws CannotEditException {
        List<JsonNode> intended =
                documents.documents().stream().map(Document::tree).toList();
        List<JsonNode> actual = Documents.parse(new SourceText(text.name(), edited)).documents().stream()
                .map(Document::tree)
                .toList();
        if (!intended.equals(actual)) {
            throw new CannotEditException(
                    "no patch for this file: relaxing a probe would also change other values, which"
                            + " share its numbers through a YAML anchor; edit it manually");
        }
    }
}
