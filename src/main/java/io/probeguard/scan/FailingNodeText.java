package io.probeguard.scan;

import io.probeguard.scan.ScanReport.FailingNode;
import io.probeguard.text.Wording;

/** What the pods of a node without a flag show, and what would settle it. */
public final class FailingNodeText {
    private static final int MAX_WORKLOADS = 5;

    private FailingNodeText() {}

    /** {@code happening, not predicted: 3 of 4 pods with exec probes or hooks fail ..., of the others 0 of 12: ...}. */
    public static String of(FailingNode node) {
        return "happening, not predicted: " + node.failing() + " of "
                + Wording.count(node.execPods(), "pod") + " with exec probes or hooks are not Ready or were restarted"
                + " within the last hour, but " + node.othersFailing() + " of "
                + Wording.count(node.otherPods(), "other pod") + ": "
                + Wording.list(node.workloads(), MAX_WORKLOADS);
    }

    /** How to find out whether exec is broken there. */
    public static String whatToDo(FailingNode node) {
        return "to find out whether exec is broken there, run: probe-guard canary " + node.name();
    }
}
