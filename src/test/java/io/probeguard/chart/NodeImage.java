package io.probeguard.chart;

import io.probeguard.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The image that a node runs, built without a registry and without a container engine. In place of the default base,
 * which would have to be pulled, it stands on what this machine has: a Java runtime by jlink and the C library.
 */
final class NodeImage {
    private static final Path FOLDER = Path.of("target/node-image").toAbsolutePath();

    /**
     * java.desktop, and so java.se, is for the java.beans that Spring reads. Elliptic curves, with which TLS begins, are not
     * in java.base before Java 22.
     */
    private static final String MODULES = "java.se,jdk.crypto.ec,jdk.httpserver,jdk.management,jdk.unsupported";

    /** What ldd prints: {@code libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f...)}. */
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    private NodeImage() {}

    /**
     * Builds it from the compiled classes, and returns its tar. Its Java is that of the JDK that PROBE_GUARD_IMAGE_JDK
     * names; default: the one that runs the tests.
     */
    static Path build() throws Exception {
        Path tar = FOLDER.resolve("image.tar");
        Command.run(
                Path.of(""),
                Map.of(),
                List.of(
                        "./mvnw",
                        "--batch-mode",
                        "--quiet",
                        "-Pimage",
                        "-Dimage.base=tar://" + base(),
                        "-Dimage.tar=" + tar,
                        "jib:buildTar"));
        return tar;
    }

    /** As {@code docker save} writes an image, of one layer. */
    private static Path base() throws Exception {
        run("rm", "-rf", FOLDER.toString());
        Path root = FOLDER.resolve("root");
        Path java = root.resolve("opt/java");
        Files.createDirectories(java.getParent());
        String jdk =
                Optional.ofNullable(System.getenv("PROBE_GUARD_IMAGE_JDK")).orElse(System.getProperty("java.home"));
        run(
                Path.of(jdk, "bin/jlink").toString(),
                "--add-modules=" + MODULES,
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--output=" + java);
        run(java.resolve("bin/java").toString(), "-Xshare:dump"); // as a JRE has it: starts in half the time
        for (Path library : libraries(java)) {
            Path copy = root.resolve(Path.of("/").relativize(library));
            Files.createDirectories(copy.getParent());
            Files.copy(library, copy);
        }
        run("tar", "-C", root.toString(), "-cf", FOLDER.resolve("layer.tar").toString(), ".");
        String layer = HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(FOLDER.resolve("layer.tar"))));
        Files.writeString(FOLDER.resolve("config.json"), """
                {"architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/opt/java/bin"]},
                 "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}
                """.formatted(layer));
        Files.writeString(
                FOLDER.resolve("manifest.json"),
                "[{\"Config\": \"config.json\", \"RepoTags\": [\"java:base\"], \"Layers\": [\"layer.tar\"]}]");
        Path base = FOLDER.resolve("base.tar");
        run("tar", "-C", FOLDER.toString(), "-cf", base.toString(), "manifest.json", "config.json", "layer.tar");
        return base;
    }

    /** The files outside of it that its programs and libraries are linked to. */
    private static Set<Path> libraries(Path java) throws IOException, InterruptedException {
        Set<Path> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(java)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".so") || file.endsWith("bin/java"))
                    .toList()) {
                LIBRARY.matcher(run("ldd", file.toString()))
                        .results()
                        .map(result -> Path.of(result.group(1)))
                        .filter(library -> !library.startsWith(java))
                        .forEach(found::add);
            }
        }
        return found;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        return Command.run(Path.of(""), Map.of(), List.of(command));
    }
}
