package io.probeguard.cli;

import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.InsertDelta;
import com.github.difflib.patch.Patch;
import io.probeguard.cli.ManifestReview.InputError;
import io.probeguard.cli.ManifestReview.Reviewed;
import io.probeguard.cli.TimingEdits.LineChange;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.yaml.Text;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A unified diff that relaxes the timing of every probe that anything is done about, whatever the mode is, and touches
 * no other line.
 */
final class PatchOutput implements ReviewOutput {
    private static final int CONTEXT_LINES = 3;

    @Override
    public void write(ManifestReview review, PrintWriter out) {
        Map<Text, TimingEdits> edits = new LinkedHashMap<>(); // a text is itself only
        for (Reviewed reviewed : review.reviewed()) {
            for (Finding finding : reviewed.review().findings()) {
                if (finding.relaxed() != null && !finding.rewritten() && finding.action() != Action.NONE) {
                    edits.computeIfAbsent(reviewed.document().text(), TimingEdits::new)
                            .relax(
                                    reviewed.document().index(),
                                    reviewed.found().at(finding.exec().pointer()),
                                    finding.exec().timing(),
                                    finding.relaxed());
                }
            }
        }
        edits.forEach((text, edit) -> {
            try {
                diff(text, edit.apply()).forEach(line -> out.print(line + "\n"));
            } catch (TimingEdits.CannotEditException e) {
                review.add(new InputError(text.name(), null, null, e.getMessage()));
            }
        });
    }

    private static List<String> diff(Text text, List<LineChange> changes) {
        Patch<String> patch = new Patch<>();
        int moved = 0;
        for (LineChange change : changes) {
            Chunk<String> before = new Chunk<>(change.first(), change.before());
            Chunk<String> after = new Chunk<>(change.first() + moved, change.after());
            moved += after.size() - before.size();
            patch.addDelta(
                    change.before().isEmpty() ? new InsertDelta<>(before, after) : new ChangeDelta<>(before, after));
        }
        String path = path(text.name());
        return UnifiedDiffUtils.generateUnifiedDiff(
                "a/" + path, "b/" + path, TimingEdits.lines(text.content()), patch, CONTEXT_LINES);
    }

    /** As git apply takes it: relative to this folder where the file is below it. */
    private static String path(String file) {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = here.resolve(file).normalize();
        Path shown = absolute.startsWith(here)
                ? here.relativize(absolute)
                : absolute.getRoot().relativize(absolute);
        return shown.toString().contains(" ") ? shown + "\t" : shown.toString();
    }
}
