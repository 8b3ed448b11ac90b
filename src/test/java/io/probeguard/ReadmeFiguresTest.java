package io.probeguard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's figures are those that the benchmarks have written into the pages. */
class ReadmeFiguresTest {
    private static final String PERFORMANCE = "performance.md";
    private static final String LIMITS = "limits.md";

    @Test
    void areThoseOfThePages() throws IOException {
        List<String> first = row(PERFORMANCE, "first 100");
        List<String> created = row(PERFORMANCE, "no node flagged, 20 a second, after them");
        List<String> patched = row(PERFORMANCE, "patched, 20 a second, after them");
        List<String> steady = row(PERFORMANCE, "after half a minute, 16 connections");
        List<String> started = row(LIMITS, "5,000 nodes");
        List<String> largest = row(LIMITS, "65,000 nodes");
        List<String> sight = row(LIMITS, "65,000 nodes, new node selectors");
        List<String> bulk = row(LIMITS, "`review` of 10,000 files, 30,000 workloads");
        GeneratedTable.check("../../../README.md", "figures", """

                | | probe-guard | a webhook in Go |
                |---|---|---|
                | one of the first 100 reviews, 20 a second | %s ms, p99 %s | %s ms, p99 %s |
                | added to a pod's creation, 20 a second, no node flagged | %s ms, p99 %s | %s ms, p99 %s |
                | the same, patched | %s ms, p99 %s | %s ms, p99 %s |
                | requests a second under full load | %s of those of Go | 1 |
                | resident once ready, 5,000 nodes; 65,000 nodes | %s MB; %s MB | |
                | a review for a new node selector, 65,000 nodes | %s ms, p99 %s | |
                | `review` of 10,000 files | %s s, %s MB | |

                """.formatted(
                        first.get(1),
                        first.get(2),
                        first.get(3),
                        first.get(4),
                        created.get(1),
                        created.get(2),
                        created.get(3),
                        created.get(4),
                        patched.get(1),
                        patched.get(2),
                        patched.get(3),
                        patched.get(4),
                        steady.get(1),
                        started.get(3),
                        largest.get(3),
                        sight.get(1),
                        sight.get(2),
                        bulk.get(1),
                        bulk.get(3)));
    }

    /** The cells of the only row that begins so. */
    private static List<String> row(String page, String label) throws IOException {
        List<String> rows = Files.readAllLines(Path.of("src/site/markdown", page)).stream()
                .filter(line -> line.startsWith("| " + label + " |"))
                .toList();
        if (rows.size() != 1) {
            throw new AssertionError(page + " has " + rows.size() + " rows \"" + label + "\"");
        }
        return Arrays.stream(rows.get(0).substring(1).split("\\|", -1))
                .map(String::strip)
                .toList();
    }
}
