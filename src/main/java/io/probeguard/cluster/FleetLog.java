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
 * Tells the log what becomes of the fleet: which nodes are flagged, and flagged no more, and what is written on them that
 * counts for nothing. Each change is told once.
 */
public final class FleetLog {
    private static final Logger LOG = LoggerFactory.getLogger(FleetLog.class);

    /** Whole pools of nodes change at once. */
    static final int MOST_LINES = 10;

    private final Consumer<String> info;
    private final Consumer<String> warn;
    private Map<String, Known> flagged = Map.of();
    private Set<String> ignored = Set.of();

    /** What of a flag is news when it changes; since when it holds is none. */
    private record Known(Strength strength, Source source, List<String> builds) {
        static Known of(Flag flag) {
            return new Known(
                    flag.strength(),
                    flag.source(),
                    flag.builds().stream().map(CatalogueEntry::id).toList());
        }

        @Override
        public String toString() {
            return (builds.isEmpty() ? "build not named" : String.join(", ", builds)) + ", " + strength.word() + " by "
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

    /** Tells what is new about it; at first, all that is flagged. */
    public synchronized void tell(Fleet fleet) {
        Map<String, Known> flaggedNow = new LinkedHashMap<>();
        Set<String> ignoredNow = new HashSet<>();
        List<String> changes = new ArrayList<>();
        List<String> mistakes = new ArrayList<>();
        for (Member member : fleet.members()) {
            String node = member.facts().name();
            if (member.flag() != null) {
                Known known = Known.of(member.flag());
                flaggedNow.put(node, known);
                if (!known.equals(flagged.get(node))) {
                    changes.add("node " + node + " is flagged: " + known);
                }
            } else if (flagged.containsKey(node)) {
                changes.add("node " + node + " is flagged no more");
            }
            for (String each : member.ignored()) {
                String mistake = "node " + node + ": " + Wording.clean(each);
                ignoredNow.add(mistake);
                if (!ignored.contains(mistake)) {
                    mistakes.add(mistake);
                }
            }
        }
        flagged.keySet().stream()
                .filter(node -> !fleet.has(node))
                .forEach(node -> changes.add("node " + node + ", which was flagged, is gone"));
        flagged = flaggedNow;
        ignored = ignoredNow;
        told(changes, info);
        told(mistakes, warn);
    }

    private static void told(List<String> lines, Consumer<String> log) {
        lines.stream().limit(MOST_LINES).forEach(log);
        if (lines.size() > MOST_LINES) {
            log.accept(
                    "and " + (lines.size() - MOST_LINES) + " more lines of this kind; \"probe-guard nodes\" lists all");
        }
    }
}
