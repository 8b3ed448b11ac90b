package io.probeguard.cluster;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.node.Flag;
import io.probeguard.node.Flag.Source;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.Fleet;
import io.probeguard.node.Fleet.Member;
import io.probeguard.text.Wording;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs changes of the fleet: which nodes are flagged and no longer flagged, and which of their markers are invalid. Each
 * change is logged once.
 */
public final class FleetLog {
    private static final Logger LOG = LoggerFactory.getLogger(FleetLog.class);

    /** Of each kind: whole pools of nodes change at once. */
    static final int MAX_LINES = 10;

    private final Consumer<String> info;
    private final Consumer<String> warn;
    private Map<String, FlagSummary> flagged = Map.of();
    private Set<String> ignored = Set.of();

    /** What of a flag is logged when it changes; since when it holds is not. */
    private record FlagSummary(Strength strength, Source source, List<String> builds) {
        static FlagSummary of(Flag flag) {
            return new FlagSummary(
                    flag.strength(),
                    flag.source(),
                    flag.builds().stream().map(CatalogueEntry::id).toList());
        }

        @Override
        public String toString() {
            return (builds.isEmpty() ? "build unknown" : String.join(", ", builds)) + ", " + strength.word() + " by "
                    + source.word();
        }
    }

    public FleetLog() {
        this(LOG::info, LOG::warn);
    }

    FleetLog(Consumer<String> info, Consumer<String> warn) {
        this.info = info;
        this.warn = warn;
    }

    /** Logs what has changed since the last call; at first, all that is flagged. */
    public synchronized void update(Fleet fleet) {
        Map<String, FlagSummary> flaggedNow = new LinkedHashMap<>();
        Set<String> ignoredNow = new HashSet<>();
        List<String> changes = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (Member member : fleet.members()) {
            String node = member.facts().name();
            if (member.flag() != null) {
                FlagSummary summary = FlagSummary.of(member.flag());
                flaggedNow.put(node, summary);
                if (!summary.equals(flagged.get(node))) {
                    changes.add("node " + node + " is flagged: " + summary);
                }
            } else if (flagged.containsKey(node)) {
                changes.add("node " + node + " is no longer flagged");
            }
            for (String each : member.ignored()) {
                String warning = "node " + node + ": " + Wording.clean(each);
                ignoredNow.add(warning);
                if (!ignored.contains(warning)) {
                    warnings.add(warning);
                }
            }
        }
        flagged.keySet().stream()
                .filter(node -> !fleet.has(node))
                .forEach(node -> changes.add("flagged node " + node + " is gone"));
        flagged = flaggedNow;
        ignored = ignoredNow;
        log(changes, info);
        log(warnings, warn);
    }

    private static void log(List<String> lines, Consumer<String> log) {
        lines.stream().limit(MAX_LINES).forEach(log);
        if (lines.size() > MAX_LINES) {
            log.accept("... and " + (lines.size() - MAX_LINES) + " more; run \"probe-guard nodes\" to list all");
        }
    }
}
