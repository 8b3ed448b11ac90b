package io.probeguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Expected outputs in files. {@code ./mvnw test -Dgolden.update=true} regenerates them; a file that no test uses is an
 * error, so that none becomes stale.
 */
public final class Golden {
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    private final Path folder;
    private final Set<String> used = new TreeSet<>();

    /** @param folder below src/test/resources */
    public Golden(String folder) {
        this(Path.of("src/test/resources").resolve(folder));
    }

    public Golden(Path folder) {
        this.folder = folder;
    }

    public void check(String name, String actual) {
        used.add(name);
        Path file = folder.resolve(name);
        try {
            if (UPDATE) {
                Files.createDirectories(folder);
                Files.writeString(file, actual);
            }
            assertThat(file).as("run with -Dgolden.update=true to write it").exists();
            assertThat(actual).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails on files that no check has used; for the end of a test class. */
    public void checkNoneIsStale() {
        try (Stream<Path> files = Files.list(folder)) {
            Set<String> existing =
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
            assertThat(existing).as("golden files in " + folder).isEqualTo(used);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
