package io.probeguard.kubelet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How far predictions hold for what was recorded, as its page has it. */
public final class PredictionTable {
    private PredictionTable() {}

    public static String ofRecordings() throws IOException {
        Map<Stack, List<Comparison>> byStack = new LinkedHashMap<>();
        for (Observation observation : Scenarios.observations()) {
            byStack.computeIfAbsent(observation.stack(), stack -> new ArrayList<>())
                    .add(Comparison.of(observation, 0));
        }
        StringBuilder table = new StringBuilder("""
                | kubelet and runtime | scenarios | events observed | inside their interval | first kill: wider than a period by |
                |---|---|---|---|---|
                """);
        byStack.forEach((stack, comparisons) -> table.append(row(stack, comparisons)));
        return table.toString();
    }

    private static String row(Stack stack, List<Comparison> comparisons) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %.1f s |%n",
                stack,
                comparisons.size(),
                comparisons.stream().mapToInt(Comparison::observed).sum(),
                comparisons.stream().mapToInt(Comparison::inside).sum(),
                Comparison.medianFirstKillBeyondPeriod(comparisons));
    }
}
