package io.probeguard.scan;

import io.probeguard.policy.Mode;
import io.probeguard.scan.ScanReport.BlastRadius;
import io.probeguard.scan.ScanReport.Share;
import io.probeguard.text.Wording;
import java.util.ArrayList;
import java.util.List;

/** Describes the blast radius of a policy, before it is switched on. */
public final class BlastRadiusText {
    private BlastRadiusText() {}

    /** One or more sentences. */
    public static String of(Mode mode, BlastRadius radius) {
        List<String> sentences = new ArrayList<>();
        sentences.add("This policy (mode " + mode + ") would " + actions(radius) + ".");
        Share relaxed = radius.relaxed();
        if (relaxed.workloads() > 0) {
            sentences.add(help(radius));
        }
        if (radius.alreadyRelaxed().pods() > 0) {
            sentences.add(share(radius.alreadyRelaxed())
                    + (radius.alreadyRelaxed().pods() == 1 ? " is" : " are") + " already relaxed.");
        }
        if (radius.leftAlone().pods() > 0) {
            sentences.add("It would leave " + share(radius.leftAlone()) + " alone.");
        }
        return String.join(" ", sentences);
    }

    private static String actions(BlastRadius radius) {
        List<String> actions = new ArrayList<>();
        add(actions, "refuse ", radius.refused());
        add(actions, "relax ", radius.relaxed());
        add(actions, "steer ", radius.steered());
        add(actions, "warn about ", radius.warned());
        if (actions.isEmpty()) {
            return "not refuse, relax or warn about any pod when it is recreated";
        }
        String last = actions.remove(actions.size() - 1);
        return (actions.isEmpty() ? "" : String.join(", ", actions) + " and ") + last + " when they are recreated";
    }

    private static void add(List<String> actions, String verb, Share share) {
        if (share.pods() > 0) {
            actions.add(verb + share(share));
        }
    }

    private static String share(Share share) {
        return Wording.count(share.pods(), "pod") + " of " + Wording.count(share.workloads(), "workload");
    }

    private static String help(BlastRadius radius) {
        List<String> counts = new ArrayList<>();
        add(counts, "helps ", radius.helped());
        add(counts, "may help ", radius.mayBeHelped());
        add(counts, "only delays what happens to ", radius.notHelped());
        return "Of the workloads to relax, longer timing " + String.join(", ", counts) + ".";
    }

    private static void add(List<String> counts, String verb, int workloads) {
        if (workloads > 0) {
            counts.add(verb + workloads);
        }
    }
}
