package io.probeguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tables on pages of the documentation that are written from data, between two comments: {@code <!-- NAME: ... with
 * -Dgolden.update=true -->} and {@code <!-- end of NAME -->}.
 */
public final class GeneratedTable {
    private static final String BEGINS = "with -Dgolden.update=true -->\n";

    private GeneratedTable() {}

    /** Fails unless this is what stands there; or writes it. */
    public static void check(String page, String name, String table) throws IOException {
        Path file = Path.of("src/site/markdown", page);
        String text = Files.readString(file);
        int start = text.indexOf(BEGINS, text.indexOf("<!-- " + name + ":")) + BEGINS.length();
        int end = text.indexOf("<!-- end of " + name + " -->", start);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(file, text.substring(0, start) + table + text.substring(end));
        } else {
            assertThat(text.substring(start, end))
                    .as("run with -Dgolden.update=true to write it")
                    .isEqualTo(table);
        }
    }
}
