package io.probeguard.output;

import io.probeguard.policy.Action;
import io.probeguard.policy.Review;
import io.probeguard.probe.Workload;
import io.probeguard.scan.NodeView;
import io.probeguard.scan.NodesReport;
import io.probeguard.scan.PodAnswer;
import io.probeguard.scan.PodHistory;
import io.probeguard.scan.PodHistory.Container;
import io.probeguard.scan.PodHistory.Happening;
import io.probeguard.scan.ScanReport.Harm;
import io.probeguard.text.Wording;
import io.probeguard.text.WrappedText;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/** What {@code why} prints; src/site/markdown/why.md documents the JSON. */
public final class PodAnswerOutput {
    /** The latest ones; "kubectl describe" has the others. */
    private static final int MAX_EVENTS = 10;

    private PodAnswerOutput() {}

    record Report(
            String namespace,
            String name,
            String answer,
            String ownerKind,
            String ownerName,
            PodHistory history,
            NodesReport.@Nullable Node node,
            @Nullable Action action,
            Review.@Nullable Note leftAlone,
            @Nullable Harm harm,
            List<JsonFinding> findings,
            List<String> rewritten,
            @Nullable String steered,
            List<String> missing) {}

    public static void json(PodAnswer answer, PrintWriter out) {
        Workload pod = answer.pod();
        Review review = answer.review();
        Json.writeReport(
                new Report(
                        String.valueOf(pod.namespace()),
                        pod.name(),
                        answer.sentence(),
                        pod.owner().kind(),
                        pod.owner().name(),
                        answer.history(),
                        answer.node(),
                        review == null ? null : review.action(),
                        review == null ? null : review.note(),
                        answer.harm(),
                        review == null
                                ? List.of()
                                : review.findings().stream()
                                        .map(JsonFinding::of)
                                        .toList(),
                        answer.rewritten(),
                        pod.annotations().steered(),
                        answer.missing()),
                out);
    }

    public static void text(PodAnswer answer, Ansi ansi, PrintWriter out) {
        ReviewText text = new ReviewText(ansi);
        Workload pod = answer.pod();
        out.println(text.styled(Wording.clean("Pod " + pod.namespace() + "/" + pod.name()), Style.bold)
                + (pod.controller() == null
                        ? ""
                        : Wording.clean(
                                " of " + pod.owner().kind() + " " + pod.owner().name())));
        WrappedText.print("  ", answer.condition(), out);
        WrappedText.print("  => ", answer.sentence(), out);
        answer.missing().forEach(each -> WrappedText.print("  !  ", each, out));
        answer.history().containers().forEach(container -> container(container, out));
        if (answer.node() != null) {
            node(new NodeView(answer.node()), text, out);
        }
        if (answer.review() != null && !answer.review().findings().isEmpty()) {
            out.println(text.styled("What happens to it there", Style.bold));
            text.findings(answer.review(), out);
            text.remedies(answer.review(), out);
            text.waysOut(Stream.of(answer.review()), out);
        }
        answer.rewritten().forEach(each -> WrappedText.print("rewritten when it was created: ", each, out));
        if (pod.annotations().steered() != null) {
            WrappedText.print("steered when it was created: ", pod.annotations().steered(), out);
        }
        events(answer.history().events(), text, out);
    }

    private static void container(Container container, PrintWriter out) {
        WrappedText.print(
                "  container " + Wording.clean(container.name()) + ": ",
                container.state() + ", " + Wording.count(container.restarts(), "restart")
                        + (container.lastEnd() == null ? "" : "; before that " + container.lastEnd()),
                out);
    }

    private static void node(NodeView node, ReviewText text, PrintWriter out) {
        out.println(
                text.styled(Wording.clean("Node " + node.name()), Style.bold) + "  " + Wording.clean(node.versions()));
        String effect = node.effect();
        WrappedText.print(
                "  ",
                effect == null
                        ? "not flagged"
                        : effect + " (" + node.confidence() + (node.builds().isEmpty() ? "" : ", " + node.builds())
                                + ") by " + node.node().source()
                                + (node.reason().isEmpty() ? "" : ": " + node.reason()),
                out);
        if (!node.whatToDo().isEmpty()) {
            WrappedText.print("  -> ", node.whatToDo(), out);
        }
        node.ignored().forEach(ignored -> WrappedText.print("  !  ", ignored, out));
    }

    private static void events(List<Happening> events, ReviewText text, PrintWriter out) {
        if (events.isEmpty()) {
            return;
        }
        int left = Math.max(0, events.size() - MAX_EVENTS);
        out.println(text.styled("Events", Style.bold)
                + (left == 0 ? "" : ", the last " + MAX_EVENTS + " of " + events.size()));
        for (Happening event : events.subList(left, events.size())) {
            WrappedText.print(
                    "  ",
                    event.last() + " " + event.type() + " " + event.reason()
                            + (event.count() > 1 ? " x" + event.count() : "") + ": " + event.message(),
                    out);
            if (event.sign() != null) {
                WrappedText.print("    exec fails: ", event.sign(), out);
            }
        }
    }
}
