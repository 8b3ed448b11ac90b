package io.probeguard.scan;

import io.probeguard.policy.Mode;
import io.probeguard.scan.ScanReport.BlastRadius;
import io.probeguard.scan.ScanReport.Share;
import io.probeguard.text.Wording;
import java.util.ArrayList;
import java.util.List;

/** Says in words how much a policy touches, before it is switched on. */
public final class BlastRadiusText {
    private BlastRadiusText() {}

    /** The sentences of it, the first of which is always there. */
    public static String of(Mode mode, BlastRadius radius) {
        List<String> sentences = new ArrayList<>();
        sentences.add("This policy (mode " + mode + ") would " + deeds(radius) + " made anew.");
        Share relaxed = radius.relaxed();
        if (relaxed.workloads() > 0) {
            sentences.add(help(radius));
        }
        if (radius.alreadyRelaxed().pods() > 0) {
            sentences.add(share(radius.alreadyRelaxed())
                    + (radius.alreadyRelaxed().pods() == 1 ? " is" : " are") + " relaxed already.");
        }
        if (radius.leftAlone().pods() > 0) {
            sentences.add("It leaves " + share(radius.leftAlone()) + " alone.");
        }
        return String.join(" ", sentences);
    }

    private static String deeds(BlastRadius radius) {
        List<String> deeds = new ArrayList<>();
        add(deeds, "refuse ", radius.refused());
        add(deeds, "relax ", radius.relaxed());
        add(deeds, "steer ", radius.steered());
        add(deeds, "warn about ", radius.warned());
        if (deeds.isEmpty()) {
            return "neither refuse, relax nor warn about any pod that is";
        }
        String last = deeds.remove(deeds.size() - 1);
        return (deeds.isEmpty() ? "" : String.join(", ", deeds) + " and ") + last + " as they are";
    }

    private static void add(List<String> deeds, String verb, Share share) {
        if (share.pods() > 0) {
            deeds.add(verb + share(share));
        }
    }

    private static String share(Share share) {
        return Wording.count(share.pods(), "pod") + " of " + Wording.count(share.workloads(), "workload");
    }

    private static String help(BlastRadius radius) {
        List<String> kinds = new ArrayList<>();
        add(kinds, "helps ", radius.helped());
        add(kinds, "may help ", radius.mayBeHelped());
        add(kinds, "only delays what happens to ", radius.notHelped());
        return "Of the workloads to relax, longer timing " + String.join(", ", kinds) + ".";
    }

    private static void add(List<String> kinds, String verb, int workloads) {
        if (workloads > 0) {
            kinds.add(verb + workloads);
        }
    }
}
