package io.probeguard.cli;

import io.probeguard.manifest.ChangedFiles;
import io.probeguard.manifest.FileList;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.manifest.ManifestFiles;
import io.probeguard.manifest.ManifestFiles.Source;
import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.text.Failures;
import io.probeguard.text.SourceText;
import io.probeguard.text.Wording;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code review} reads: paths, lists of paths, and of those what has changed. */
final class ReviewInputs {
    private static final String STANDARD_INPUT = "-";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(
            paramLabel = "PATH",
            arity = "0..*",
            description = {
                "Files, directories (every .yaml, .yml and .json file below), or - for standard input.",
                "Default with --changed-since: the current directory."
            })
    private List<String> paths = List.of();

    @Option(
            names = "--files-from",
            paramLabel = "FILE",
            description =
                    "Also review the .yaml, .yml and .json files that this file names, one a line or ended by NUL as"
                            + " \"git diff --name-only -z\" prints them; - for standard input.")
    private @Nullable String list;

    @Option(
            names = "--changed-since",
            paramLabel = "REV",
            description = "Of all these, review only files that differ from where the current branch left this git"
                    + " revision, committed or not.")
    private @Nullable String revision;

    boolean isChangedOnly() {
        return revision != null;
    }

    /**
     * The files to read.
     *
     * @param errors takes what is not there; the others are returned all the same
     * @throws BadInputException if the list cannot be read, or the changes cannot be told
     */
    List<Source> sources(Consumer<InputError> errors) {
        if (paths.isEmpty() && list == null && revision == null) {
            throw new ParameterException(spec.commandLine(), "Missing required parameter: 'PATH'");
        }
        if (STANDARD_INPUT.equals(list) && paths.contains(STANDARD_INPUT)) {
            throw new BadInputException("--files-from: standard input is a manifest already; write the list to a file");
        }
        boolean everywhere = paths.isEmpty() && list == null;
        List<Source> sources = new ArrayList<>(ManifestFiles.expand(everywhere ? List.of(".") : paths, errors));
        if (list != null) {
            sources.addAll(listed(list, errors));
        }
        return revision == null ? sources : changed(sources, revision, errors);
    }

    private List<Source> listed(String name, Consumer<InputError> errors) {
        SourceText text;
        try {
            text = ManifestFiles.read(new Source(name, name.equals(STANDARD_INPUT) ? null : Path.of(name)), System.in);
        } catch (IOException e) {
            throw new BadInputException("--files-from: " + name + ": " + Failures.message(e));
        }
        FileList files = FileList.read(text, errors);
        if (files.others() > 0) {
            err().println("not reviewed: " + Wording.count(files.others(), "file") + " of the list that "
                    + (files.others() == 1 ? "does" : "do") + " not end in .yaml, .yml or .json");
        }
        return files.manifests();
    }

    private List<Source> changed(List<Source> sources, String since, Consumer<InputError> errors) {
        ChangedFiles changes = new ChangedFiles(since);
        List<Source> changed = new ArrayList<>();
        for (Source source : sources) {
            if (source.path() == null) {
                throw new BadInputException("--changed-since: standard input is in no repository; specify files");
            }
            try {
                if (changes.contains(source.path())) {
                    changed.add(source);
                }
            } catch (IOException e) {
                errors.accept(new InputError(source.name(), null, null, Failures.message(e)));
            }
        }
        err().println(Wording.clean(changed.size() + " of " + Wording.count(sources.size(), "file") + " changed since "
                + since + (changed.isEmpty() ? ": nothing to review" : "")));
        return changed;
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
