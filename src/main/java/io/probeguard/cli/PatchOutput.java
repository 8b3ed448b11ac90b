package io.probeguard.cli;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.probeguard.cli.ManifestReview.InputError;
import io.probeguard.cli.ManifestReview.Reviewed;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.yaml.Text;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
        Map<Text, TimingEdits> edits = new LinkedHashMap<>();
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

    private static List<String> diff(Text text, String edited) {
        List<String> before = lines(text.content());
        String path = path(text.name());
        return UnifiedDiffUtils.generateUnifiedDiff(
                "a/" + path, "b/" + path, before, DiffUtils.diff(before, lines(edited)), CONTEXT_LINES);
    }

    /** Lines without their line feed; a carriage return stays, and so does the want of a final line feed. */
    private static List<String> lines(String content) {
        List<String> lines = new ArrayList<>(Arrays.asList(content.split("\n", -1)));
        String last = lines.remove(lines.size() - 1);
        if (!last.isEmpty()) {
            lines.add(last + "\n\\ No newline at end of file");
        }
        return lines;
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
