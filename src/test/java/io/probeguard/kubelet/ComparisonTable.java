package io.probeguard.kubelet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How far predictions hold, stack by stack, as their page has it. */
final class ComparisonTable {
    private ComparisonTable() {}

    static String of(List<Comparison> comparisons) {
        Map<Stack, List<Comparison>> byStack = comparisons.stream()
                .collect(Collectors.groupingBy(
                        comparison -> comparison.observation().stack(), LinkedHashMap::new, Collectors.toList()));
        StringBuilder table = new StringBuilder("""
                | kubelet and runtime | scenarios | events observed | inside their interval | first kill: median width beyond one period |
                |---|---|---|---|---|
                """);
        byStack.forEach((stack, ofStack) -> table.append(row(stack, ofStack)));
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
