package io.probeguard.output;

import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.InsertDelta;
import com.github.difflib.patch.Patch;
import io.probeguard.manifest.ManifestReview;
import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.manifest.ManifestReview.Reviewed;
import io.probeguard.manifest.TimingEdits;
import io.probeguard.manifest.TimingEdits.LineChange;
import io.probeguard.policy.Finding;
import io.probeguard.probe.Timing;
import io.probeguard.text.Failures;
import io.probeguard.text.SourceText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonPointer;

/**
 * A unified diff that relaxes the timing of every probe that the policy acts on, in any mode, and changes no other line.
 */
public final class PatchOutput implements ReviewOutput {
    private static final int CONTEXT_LINES = 3;

    @Override
    public void write(ManifestReview review, PrintWriter out) {
        Map<SourceText, TimingEdits> edits = new LinkedHashMap<>();
        for (Reviewed reviewed : review.remaining()) {
            for (Finding finding : reviewed.review().findings()) {
                Timing before = finding.exec().timing();
                Timing relaxed = finding.relaxed();
                if (before != null
                        && relaxed != null
                        && !finding.rewritten()
                        && finding.action().isActed()) {
                    TimingEdits ofFile = edits.computeIfAbsent(reviewed.text(), TimingEdits::new);
                    JsonPointer probe = reviewed.found().at(finding.exec().pointer());
                    try {
                        ofFile.relax(reviewed.document(), probe, before, relaxed);
                    } catch (TimingEdits.CannotEditException e) {
                        review.add(new InputError(
                                reviewed.file(), reviewed.document(), reviewed.line(finding), e.reason()));
                    }
                }
            }
        }
        Set<String> done = new HashSet<>();
        edits.forEach((text, edit) -> {
            try {
                String path = path(text.name());
                if (done.add(path)) { // several arguments may lead to the same file
                    diff(path, text, edit.apply()).forEach(line -> out.print(line + "\n"));
                }
            } catch (TimingEdits.CannotEditException e) {
                review.add(new InputError(text.name(), null, null, e.reason()));
            } catch (InvalidPathException e) {
                review.add(new InputError(text.name(), null, null, Failures.INVALID_FILE_NAME));
            } catch (IOException e) {
                review.add(new InputError(text.name(), null, null, Failures.message(e)));
            }
        });
    }

    private static List<String> diff(String path, SourceText text, List<LineChange> changes) {
        Patch<String> patch = new Patch<>();
        int offset = 0;
        for (LineChange change : changes) {
            Chunk<String> before = new Chunk<>(change.first(), change.before());
            Chunk<String> after = new Chunk<>(change.first() + offset, change.after());
            offset += after.size() - before.size();
            patch.addDelta(
                    change.before().isEmpty() ? new InsertDelta<>(before, after) : new ChangeDelta<>(before, after));
        }
        return UnifiedDiffUtils.generateUnifiedDiff(
                "a/" + path, "b/" + path, TimingEdits.lines(text.content()), patch, CONTEXT_LINES);
    }

    /** As git apply expects it: relative to the working directory where the file is below it, links followed. */
    private static String path(String file) throws IOException, TimingEdits.CannotEditException {
        if (file.equals("-")) {
            return file;
        }
        if (file.chars().anyMatch(c -> Character.isISOControl(c) || c == '"' || c == '\\')) {
            throw new TimingEdits.CannotEditException(
                    "no patch for this file: its name has characters that a patch cannot contain");
        }
        Path here = Path.of("").toRealPath();
        Path real = Path.of(file).toRealPath();
        Path shown =
                real.startsWith(here) ? here.relativize(real) : real.getRoot().relativize(real);
        return shown.toString().contains(" ") ? shown + "\t" : shown.toString();
    }
}
