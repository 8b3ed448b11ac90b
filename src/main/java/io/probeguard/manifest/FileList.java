package io.probeguard.manifest;

import io.probeguard.manifest.ManifestFiles.Source;
import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.text.Failures;
import io.probeguard.text.SourceText;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The manifests of a list of files: one path a line, or each ended by a NUL as {@code git diff --name-only -z} prints them.
 *
 * @param manifests in the order of the list
 * @param others how many of the files are no manifests by their names: lists of changed files name them, too
 */
public record FileList(List<Source> manifests, int others) {
    private static final String NUL = "\0";

    /** @param errors takes manifests that do not exist, with their lines */
    public static FileList read(SourceText list, Consumer<InputError> errors) {
        boolean separatedByNul = list.content().contains(NUL);
        List<String> names = separatedByNul
                ? List.of(list.content().split(NUL, -1))
                : list.content().lines().toList();
        List<Source> manifests = new ArrayList<>();
        int others = 0;
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String problem = problem(name);
            if (problem != null) {
                errors.accept(new InputError(list.name(), null, separatedByNul ? null : i + 1, problem));
            } else if (!name.isBlank()) {
                if (ManifestFiles.isManifest(Path.of(name))) {
                    manifests.add(new Source(name, Path.of(name)));
                } else {
                    others++;
                }
            }
        }
        return new FileList(manifests, others);
    }

    private static @Nullable String problem(String name) {
        try {
            Path path = Path.of(name);
            if (name.startsWith("\"") && !Files.exists(path)) {
                return name
                        + " does not exist; if git quoted the name, list the files with \"git diff --name-only -z\"";
            }
            return !name.isBlank() && ManifestFiles.isManifest(path) && !Files.exists(path)
                    ? name + " does not exist; \"git diff --name-only --diff-filter=d\" leaves out deleted files, and"
                            + " --relative prints names from this directory on"
                    : null;
        } catch (InvalidPathException e) {
            return name + ": " + Failures.INVALID_FILE_NAME;
        }
    }
}
