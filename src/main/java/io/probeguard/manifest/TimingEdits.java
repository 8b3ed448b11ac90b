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
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * ends stay. The result is read again and compared value by value with what it should say.
 */
public final class TimingEdits {
    private static final List<String> TIMING_KEYS =
            List.of("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold");

    private static final Pattern ALIAS = Pattern.compile("\\*[^\\s,\\]}]+");

    private final SourceText text;
    private final Documents documents;
    /** The numbers wanted by the probe's mapping, which two probes share where one is an alias of the other. */
    private final IdentityHashMap<MappingNode, Map<String, Integer>> wanted = new IdentityHashMap<>();

    private final IdentityHashMap<MappingNode, Document> places = new IdentityHashMap<>();

    /** Thrown where relaxing a probe would change something else, as where its number is an anchor of others. */
    public static final class CannotEditException extends Exception {
        private static final long serialVersionUID = 1L;

        public CannotEditException(String message) {
            super(message);
        }
    }

    public TimingEdits(SourceText text) {
        this.text = text;
        this.documents = Documents.parse(text);
    }

    public void relax(int index, JsonPointer probe, Timing before, Timing after) {
        Document document = documents.documents().stream()
                .filter(each -> each.index() == index)
                .findFirst()
                .orElseThrow();
        MappingNode mapping = (MappingNode) document.node(probe);
        ObjectNode tree = (ObjectNode) document.tree().at(probe);
        places.put(mapping, document);
        want(mapping, tree, "periodSeconds", before.periodSeconds(), after.periodSeconds());
        want(mapping, tree, "timeoutSeconds", before.timeoutSeconds(), after.timeoutSeconds());
        want(mapping, tree, "failureThreshold", before.failureThreshold(), after.failureThreshold());
    }

    private void want(MappingNode mapping, ObjectNode tree, String key, Integer before, Integer after) {
        if (!Objects.equals(before, after)) {
            int number = wanted.computeIfAbsent(mapping, none -> new LinkedHashMap<>())
                    .merge(key, after, Math::max);
            tree.put(key, number);
        }
    }

    /**
     * Lines that others take the place of.
     *
     * @param first 0-based; where {@code before} is empty, the line that {@code after} comes before
     */
    public record LineChange(int first, List<String> before, List<String> after) {}

    /** What changes, in the order of the text. */
    public List<LineChange> apply() throws CannotEditException {
        TreeMap<Integer, Edit> edits = new TreeMap<>();
        wanted.forEach((mapping, numbers) -> edits(places.get(mapping), mapping, numbers)
                .forEach(edit -> edits.merge(edit.start, edit, Edit::then)));
        StringBuilder edited = new StringBuilder(text.content());
        edits.descendingMap().values().forEach(edit -> edited.replace(edit.start, edit.end, edit.replacement));
        verify(edited.toString());
        return lineChanges(edits.values());
    }

    /** Edits on the same or on neighbouring lines make one change. */
    private List<LineChange> lineChanges(Collection<Edit> edits) {
        List<LineChange> changes = new ArrayList<>();
        Deque<Edit> together = new ArrayDeque<>();
        for (Edit edit : edits) {
            if (!together.isEmpty() && lineStart(edit.start) > lineEndAfter(together.getLast())) {
                changes.add(lineChange(together));
                together.clear();
            }
            together.add(edit);
        }
        if (!together.isEmpty()) {
            changes.add(lineChange(together));
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

    /** The start of the first line that an edit leaves alone: an insertion of whole lines touches none. */
    private int lineEndAfter(Edit edit) {
        if (edit.start == edit.end && edit.start == lineStart(edit.start) && edit.replacement.endsWith("\n")) {
            return edit.start;
        }
        int lineFeed = text.content().indexOf('\n', edit.end);
        return lineFeed < 0 ? text.content().length() : lineFeed + 1;
    }

    /** Lines without their line feed; a carriage return stays, and the want of a final line feed is told as in diffs. */
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

    private List<Edit> edits(Document document, MappingNode mapping, Map<String, Integer> numbers) {
        List<Edit> edits = new ArrayList<>();
        Map<String, NodeTuple> entries = Document.entries(mapping);
        numbers.forEach((key, number) -> {
            NodeTuple entry = entries.get(key);
            boolean own = entry != null && mapping.getValue().contains(entry);
            edits.add(own ? replacement(document, entry, number) : insertion(document, mapping, key, number));
        });
        return edits;
    }

    private Edit replacement(Document document, NodeTuple entry, int number) {
        int keyEnd = document.offset(entry.getKeyNode().getEndMark().getIndex());
        Node value = entry.getValueNode();
        int start = document.offset(value.getStartMark().getIndex());
        int end = document.offset(value.getEndMark().getIndex());
        if (start < keyEnd) { // an alias: the node stands where its anchor is
            Matcher alias = ALIAS.matcher(text.content());
            alias.find(keyEnd);
            return new Edit(alias.start(), alias.end(), String.valueOf(number));
        }
        String written = text.content().substring(start, end);
        String digits = ((ScalarNode) value).getValue();
        return !digits.isEmpty() && written.endsWith(digits)
                ? new Edit(end - digits.length(), end, String.valueOf(number)) // an anchor or a tag before it stays
                : new Edit(keyEnd, end, ": " + number); // null, or nothing at all
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

    /** The start of the line after the last number that a block mapping holds itself; -1 where it holds none. */
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

    /** How lines end here: as the one that starts at an offset does. */
    private String lineEnd(int lineStart) {
        int lineFeed = text.content().indexOf('\n', lineStart);
        return lineFeed > 0 && text.content().charAt(lineFeed - 1) == '\r' ? "\r\n" : "\n";
    }

    private void verify(String edited) throws CannotEditException {
        List<JsonNode> should =
                documents.documents().stream().map(Document::tree).toList();
        List<JsonNode> does = Documents.parse(new SourceText(text.name(), edited)).documents().stream()
                .map(Document::tree)
                .toList();
        if (!should.equals(does)) {
            throw new CannotEditException(
                    "no patch for this file: relaxing a probe here would change something else as well, since"
                            + " its numbers are shared through a YAML anchor; edit it by hand");
        }
    }
}
