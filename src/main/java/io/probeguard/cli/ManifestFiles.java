package io.probeguard.cli;

import io.probeguard.yaml.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Finds and reads the files that a command is given. */
final class ManifestFiles {
    static final String STANDARD_INPUT = "-";

    private ManifestFiles() {}

    /**
     * The files that arguments stand for: a file for itself, a folder for every .yaml, .yml and .json file below it, in
     * the order of their names, {@code -} for standard input.
     *
     * @throws IOException if an argument names nothing, or a folder cannot be listed
     */
    static List<String> expand(List<String> arguments) throws IOException {
        List<String> files = new ArrayList<>();
        for (String argument : arguments) {
            Path path = Path.of(argument);
            if (argument.equals(STANDARD_INPUT) || Files.isRegularFile(path)) {
                files.add(argument);
            } else if (Files.isDirectory(path)) {
                try (Stream<Path> below = Files.walk(path)) {
                    below.filter(file -> isManifest(file) && Files.isRegularFile(file))
                            .sorted()
                            .forEach(file -> files.add(file.toString()));
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            } else if (Files.exists(path)) {
                files.add(argument); // a pipe or a device, as in review <(helm template .)
            } else {
                throw new NoSuchFileException(argument, null, "no such file or folder");
            }
        }
        return files;
    }

    private static boolean isManifest(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    }

    /** @throws IOException if the file cannot be read, or is not UTF-8 */
    static Text read(String file, InputStream standardInput) throws IOException {
        byte[] bytes = file.equals(STANDARD_INPUT) ? standardInput.readAllBytes() : Files.readAllBytes(Path.of(file));
        try {
            String content = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new Text(file, content);
        } catch (CharacterCodingException e) {
            throw new IOException("not UTF-8 text", e);
        }
    }
}
