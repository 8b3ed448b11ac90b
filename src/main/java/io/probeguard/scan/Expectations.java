package io.probeguard.scan;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Review;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The state after each remedy, as far as the judgement knows it. */
public final class Expectations {
    private static final String FIXED =
            "no entry of the catalogue flags such a node; whether the commands succeed there is not known";
    private static final String UNKNOWN = "not known: run probe-guard canary NODE afterwards";

    private Expectations() {}

    /**
     * @param remedy what is done: longer timing, or what is done about the nodes
     * @param state what is expected then
     */
    public record Expectation(String remedy, String state) {
        /** {@code after REMEDY: STATE}. */
        public String sentence() {
            return "after " + remedy + ": " + state;
        }
    }

    /** Of a workload that meets flagged nodes; longer timing first. */
    public static List<Expectation> of(Review review) {
        List<Expectation> expectations = new ArrayList<>();
        String relaxed = review.findings().stream()
                .filter(finding -> finding.relaxedSummary() != null)
                .map(Expectations::relaxed)
                .distinct()
                .collect(Collectors.joining("; "));
        if (!relaxed.isEmpty()) {
            expectations.add(new Expectation("relaxing the timing", relaxed));
        }
        Map<String, Boolean> remedies = new TreeMap<>();
        review.findings().stream()
                .flatMap(finding -> finding.builds().stream())
                .forEach(build -> remedies.merge(build.remedy(), isFixed(build), Boolean::logicalAnd));
        remedies.forEach((remedy, isFixed) ->
                expectations.add(new Expectation("\"" + remedy + "\"", isFixed ? FIXED : UNKNOWN)));
        return expectations;
    }

    /** Whether it names the first good version: a test holds that no entry flags one. */
    private static boolean isFixed(CatalogueEntry build) {
        return build.fixed() != null;
    }

    private static String relaxed(Finding finding) {
        return finding.container() + " " + finding.handler() + " " + finding.relaxedSummary();
    }
}
