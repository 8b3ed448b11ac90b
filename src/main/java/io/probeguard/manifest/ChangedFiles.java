package io.probeguard.manifest;

import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.text.Failures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which files differ from a revision of the git repository that they are in. The revision is compared where the current
 * branch left it (the merge base), so that what others have done there since does not count; what is not committed, or not
 * tracked and not ignored, counts as changed.
 */
public final class ChangedFiles {
    /** In these, git tells its hooks of their repository, relative to a folder that is not that of every file. */
    private static final Set<String> OF_A_HOOK = Set.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX");

    private final String revision;
    /** By folder: files of one repository are asked for once. */
    private final Map<Path, Repository> repositories = new HashMap<>();

    private record Repository(Path root, Set<Path> changed) {}

    private record Answer(int exitCode, String out, String err) {}

    /**
     * @param revision as git takes it: a branch, a tag, a commit
     * @throws BadInputException if it cannot be a revision
     */
    public ChangedFiles(String revision) {
        if (revision.isBlank() || revision.startsWith("-")) { // git would take it for an option
            throw problem("\"" + revision + "\" is not a revision; expected one such as origin/main");
        }
        this.revision = revision;
    }

    /**
     * Whether a file has changed, or a link to it.
     *
     * @throws BadInputException if it is in no repository, which does not have the revision, or there is no git
     */
    public boolean contains(Path file) throws IOException {
        Path folder = file.resolveSibling("").toRealPath();
        Set<Path> changed = repository(folder).changed;
        return changed.contains(folder.resolve(file.getFileName())) || changed.contains(file.toRealPath());
    }

    private Repository repository(Path folder) {
        Repository known = repositories.get(folder);
        if (known == null) {
            Answer root = git(folder, "rev-parse", "--show-toplevel");
            if (root.exitCode != 0) {
                throw problem(folder + ": " + root.err);
            }
            Path top = Path.of(root.out.stripTrailing());
            known = repositories.values().stream()
                    .filter(other -> other.root.equals(top))
                    .findFirst()
                    .orElseGet(() -> new Repository(top, changed(top)));
            repositories.put(folder, known);
        }
        return known;
    }

    private Set<Path> changed(Path root) {
        Answer commit = git(root, "rev-parse", "--verify", "--quiet", revision + "^{commit}");
        if (commit.exitCode != 0) {
            throw problem("\"" + revision + "\" is not a revision of " + root
                    + "; a clone of one branch lacks the others, and \"git fetch\" gets them");
        }
        Answer base = git(root, "merge-base", commit.out.strip(), "HEAD");
        if (base.exitCode != 0) {
            throw problem("HEAD of " + root + " and " + revision + " have no commit in common"
                    + (base.err.isEmpty() ? "" : " (" + base.err + ")")
                    + "; a shallow clone lacks it, and \"git fetch --unshallow\" gets it");
        }
        Set<Path> changed = new HashSet<>();
        for (Answer files : List.of(
                git(root, "diff", "--name-only", "-z", "--diff-filter=d", base.out.strip(), "--"),
                git(root, "ls-files", "-z", "--others", "--exclude-standard"))) {
            if (files.exitCode != 0) {
                throw problem(root + ": " + files.err);
            }
            for (String name : files.out.split("\0", -1)) {
                try {
                    changed.add(root.resolve(name));
                } catch (InvalidPathException e) {
                    throw problem(name + ": " + Failures.INVALID_FILE_NAME);
                }
            }
        }
        return changed;
    }

    private static Answer git(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(arguments));
        try {
            Path err = Files.createTempFile("git", ".err"); // two pipes could block each other
            try {
                ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
                builder.environment().keySet().removeAll(OF_A_HOOK);
                Process process = builder.start();
                process.getOutputStream().close();
                String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int exitCode = process.waitFor();
                return new Answer(
                        exitCode, out, Files.readString(err).lines().findFirst().orElse(""));
            } finally {
                Files.delete(err);
            }
        } catch (IOException e) {
            throw problem("git: " + Failures.message(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw problem("interrupted while git was running");
        }
    }

    private static BadInputException problem(String message) {
        return new BadInputException("--changed-since: " + message);
    }
}
