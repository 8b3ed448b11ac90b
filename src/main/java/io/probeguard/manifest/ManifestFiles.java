package io.probeguard.manifest;

import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.text.Failures;
import io.probeguard.text.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds and reads the files that a command is to review. */
public final class ManifestFiles {
    private static final String STANDARD_INPUT = "-";

    private ManifestFiles() {}

    /**
     * A file to read.
     *
     * @param name the argument as given, joined with the path below it
     * @param path null for standard input
     */
    public record Source(String name, @Nullable Path path) {}

    /**
     * The files that arguments name: a file itself, a directory every .yaml, .yml and .json file below it, links followed,
     * sorted by name; {@code -} standard input. What cannot be found or listed, and a directory without any such file, is
     * an error; the others are returned all the same.
     */
    public static List<Source> expand(List<String> arguments, Consumer<InputError> errors) {
        List<Source> sources = new ArrayList<>();
        for (String argument : arguments) {
            try {
                if (argument.equals(STANDARD_INPUT)) {
                    sources.add(new Source(argument, null));
                } else if (Files.isDirectory(Path.of(argument))) {
                    below(Path.of(argument), errors).forEach(file -> sources.add(new Source(file.toString(), file)));
                } else {
                    sources.add(new Source(argument, Path.of(argument)));
                }
            } catch (InvalidPathException e) {
                errors.accept(new InputError(argument, null, null, Failures.INVALID_FILE_NAME));
            }
        }
        return sources;
    }

    private static List<Path> below(Path directory, Consumer<InputError> errors) {
        List<Path> files = new ArrayList<>();
        SimpleFileVisitor<Path> visitor = new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (isManifest(file) && !attributes.isOther()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                if (!(e instanceof FileSystemLoopException)) {
                    errors.accept(new InputError(file.toString(), null, null, Failures.message(e)));
                }
                return FileVisitResult.CONTINUE;
            }
        };
        try {
            Files.walkFileTree(directory, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, visitor);
        } catch (IOException e) {
            errors.accept(new InputError(directory.toString(), null, null, Failures.message(e)));
        }
        if (files.isEmpty()) { // in CI, a check of the wrong directory must not pass
            errors.accept(new InputError(
                    directory.toString(), null, null, "no .yaml, .yml or .json files found in this directory"));
        }
        files.sort(null);
        return files;
    }

    /** Whether a file is one by its name. */
    static boolean isManifest(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT); // "/" has no file name
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    }

    /** @throws IOException if the file cannot be read, or is not UTF-8 */
    public static SourceText read(Source source, InputStream standardInput) throws IOException {
        byte[] bytes = source.path == null ? standardInput.readAllBytes() : Files.readAllBytes(source.path);
        try {
            String content = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new SourceText(source.name, content);
        } catch (CharacterCodingException e) {
            throw new IOException("not valid UTF-8", e);
        }
    }
}
