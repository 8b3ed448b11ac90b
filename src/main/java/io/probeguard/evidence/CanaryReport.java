package io.probeguard.evidence;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.node.Flag;
import io.probeguard.node.Flag.Source;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.Fleet.Member;
import io.probeguard.node.NodeFacts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code canary} tells; its JSON is just these fields.
 *
 * @param nodes in the order in which they were asked
 * @param skipped why a node was not asked, by its name
 * @param left the node of each canary pod that could not be removed, by its name
 */
public record CanaryReport(List<Row> nodes, Map<String, String> skipped, Map<String, String> left) {
    /**
     * One node.
     *
     * @param firstSuccessSeconds until the first exec was seen to work; null where none was
     * @param reason what was seen
     * @param words the kubelet's, of an exec that went wrong; empty where it said nothing
     * @param confidence of the flag that the node had before; null where it had none
     * @param builds catalogue ids of that flag
     * @param conclusion what the canary makes of that
     */
    public record Row(
            String node,
            String runtime,
            String kubelet,
            CanaryVerdict exec,
            @Nullable Double firstSuccessSeconds,
            String reason,
            String words,
            @Nullable String confidence,
            List<String> builds,
            String conclusion) {

        public static Row of(CanaryResult result, Member member) {
            Flag flag = member.flag();
            Duration first = result.firstSuccess();
            return new Row(
                    result.node(),
                    member.facts().info().containerRuntimeVersion(),
                    member.facts().info().kubeletVersion(),
                    result.verdict(),
                    first == null ? null : first.toMillis() / 1000.0,
                    result.reason(),
                    result.words(),
                    flag == null ? null : flag.strength().word(),
                    flag == null
                            ? List.of()
                            : flag.builds().stream().map(CatalogueEntry::id).toList(),
                    conclude(result.verdict(), flag));
        }
    }

    private static String conclude(CanaryVerdict verdict, @Nullable Flag flag) {
        return switch (verdict) {
            case SOMETIMES, FAILS, HANGS -> broken(flag);
            case WORKS -> working(flag);
            case SLOW -> "exec gets there, too late for short timeouts: the node's load, or its build";
            case UNKNOWN -> "nothing is known of exec here";
        };
    }

    private static String broken(@Nullable Flag flag) {
        if (flag == null) {
            return "broken, and the catalogue does not know why";
        }
        return flag.isConfirmed() ? "broken, as known" : "broken: the " + word(flag) + " is confirmed";
    }

    private static String working(@Nullable Flag flag) {
        if (flag == null) {
            return "works";
        }
        if (flag.source() == Source.LABEL) {
            return "works for this image; label " + NodeFacts.EXEC_LABEL + "=broken stands until an admin removes it";
        }
        return flag.isConfirmed()
                ? "works for this image, though its build is known to break exec"
                : "works: the " + word(flag) + " is not borne out for this image";
    }

    private static String word(Flag flag) {
        return flag.strength() == Strength.SUSPECTED ? "suspicion" : "symptom";
    }

    /** The same with these pods, which could not be removed. */
    public CanaryReport withLeft(Map<String, String> pods) {
        return new CanaryReport(nodes, skipped, pods);
    }

    /** Whether exec is known to get there on every node that was asked, and nothing is left behind. */
    @JsonIgnore
    public boolean isClean() {
        return left.isEmpty()
                && nodes.stream().noneMatch(row -> row.exec().isBroken() || row.exec() == CanaryVerdict.UNKNOWN);
    }
}
