package io.probeguard.node;

import io.probeguard.catalogue.NodeInfo;
import io.probeguard.node.NodeFacts.Taint;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.DocumentException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Nodes as kubectl prints them for people: {@code kubectl get nodes -o wide}, whose columns are found by their names, since
 * Kubernetes 1.37 adds one, or {@code kubectl describe node}.
 */
final class NodeText {
    private static final Pattern HEADER = Pattern.compile("NAME\\s+STATUS\\s.*\\bVERSION\\b");
    private static final Pattern COLUMN = Pattern.compile("\\S+");
    private static final Pattern FIELD = Pattern.compile("(?<key>[A-Z][A-Za-z -]*):(?<value>.*)");
    private static final Pattern INFO = Pattern.compile("\\s+(?<key>[A-Z][A-Za-z -]*):(?<value>.*)");

    private NodeText() {}

    /** The nodes; null where the text is neither of these. */
    static @Nullable List<NodeFacts> read(SourceText text) {
        List<String> lines = text.content().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (HEADER.matcher(lines.get(i)).lookingAt()) {
                return table(text.name(), lines, i);
            }
            if (!lines.get(i).isBlank()) {
                return lines.get(i).matches("Name:\\s+\\S+") ? described(lines) : null;
            }
        }
        return null;
    }

    /** @param header the number of the line with the names of the columns, from 0 */
    private static List<NodeFacts> table(String name, List<String> lines, int header) {
        List<Integer> starts = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        Matcher column = COLUMN.matcher(lines.get(header));
        while (column.find()) {
            starts.add(column.start());
            columns.add(column.group());
        }
        if (!columns.contains("CONTAINER-RUNTIME")) {
            throw new DocumentException(
                    name,
                    0,
                    header + 1,
                    "no column CONTAINER-RUNTIME; expected the output of \"kubectl get nodes -o yaml\", or at least of"
                            + " \"kubectl get nodes -o wide\"");
        }
        List<NodeFacts> nodes = new ArrayList<>();
        for (String line : lines.subList(header + 1, lines.size())) {
            if (!line.isBlank() && !HEADER.matcher(line).lookingAt()) {
                Map<String, String> cells = cells(line, columns, starts);
                nodes.add(NodeFacts.ofTable(
                        cell(cells, "NAME"),
                        new NodeInfo(
                                cell(cells, "CONTAINER-RUNTIME"),
                                cell(cells, "OS-IMAGE"),
                                cell(cells, "KERNEL-VERSION"),
                                cell(cells, "VERSION"))));
            }
        }
        return nodes;
    }

    /** Cells begin where their column does; where somebody's editor moved them, they are still two spaces apart. */
    private static Map<String, String> cells(String line, List<String> columns, List<Integer> starts) {
        String[] apart = line.strip().split("\\s{2,}", -1);
        Map<String, String> cells = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            int end = i + 1 < starts.size() ? Math.min(starts.get(i + 1), line.length()) : line.length();
            cells.put(
                    columns.get(i),
                    apart.length == columns.size()
                            ? apart[i]
                            : starts.get(i) >= end
                                    ? ""
                                    : line.substring(starts.get(i), end).strip());
        }
        return cells;
    }

    private static String cell(Map<String, String> cells, String column) {
        String cell = Objects.requireNonNullElse(cells.get(column), "");
        return cell.equals("<unknown>") || cell.equals("<none>") ? "" : cell;
    }

    private static List<NodeFacts> described(List<String> lines) {
        List<NodeFacts> nodes = new ArrayList<>();
        Description node = null;
        for (String line : lines) {
            Matcher field = FIELD.matcher(line);
            if (field.matches() && field.group("key").equals("Name")) {
                if (node != null) {
                    nodes.add(node.facts());
                }
                node = new Description(field.group("value").strip());
            } else if (node != null) {
                node.read(line, field);
            }
        }
        if (node != null) {
            nodes.add(node.facts());
        }
        return nodes;
    }

    /** One node while its lines are read. */
    private static final class Description {
        final String name;
        final Map<String, String> labels = new HashMap<>();
        final Map<String, String> annotations = new HashMap<>();
        final Set<Taint> taints = new LinkedHashSet<>(); // a cordoned node has its taint twice
        final Map<String, String> info = new HashMap<>();
        String section = "";

        Description(String name) {
            this.name = name;
        }

        void read(String line, Matcher field) {
            String item = line.strip();
            if (field.matches()) {
                section = field.group("key");
                item = field.group("value").strip();
            }
            switch (section) {
                case "Labels" -> put(labels, item, "=");
                case "Annotations" -> put(annotations, item, ": ");
                case "Taints" -> taint(item);
                case "Unschedulable" -> {
                    if (item.equals("true")) {
                        taints.add(NodeFacts.UNSCHEDULABLE);
                    }
                }
                case "System Info" -> {
                    Matcher each = INFO.matcher(line);
                    if (each.matches()) {
                        info.put(each.group("key"), each.group("value").strip());
                    }
                }
                default -> {}
            }
        }

        private static void put(Map<String, String> into, String item, String separator) {
            int at = item.indexOf(separator);
            if (at > 0) {
                into.put(
                        item.substring(0, at),
                        item.substring(at + separator.length()).strip());
            }
        }

        /** {@code key=value:NoSchedule} or {@code key:NoSchedule}. */
        private void taint(String item) {
            int effect = item.lastIndexOf(':');
            if (effect > 0) {
                String[] key = item.substring(0, effect).split("=", 2);
                taints.add(new Taint(key[0], key.length > 1 ? key[1] : "", item.substring(effect + 1)));
            }
        }

        NodeFacts facts() {
            return new NodeFacts(
                    name,
                    labels,
                    List.copyOf(taints),
                    null,
                    annotations.get(NodeFacts.PACKAGES_ANNOTATION),
                    annotations.get(NodeFacts.BUILD_ANNOTATION),
                    new NodeInfo(
                            info.getOrDefault("Container Runtime Version", ""),
                            info.getOrDefault("OS Image", ""),
                            info.getOrDefault("Kernel Version", ""),
                            info.getOrDefault("Kubelet Version", ""),
                            null,
                            info.getOrDefault("Operating System", "")));
        }
    }
}
