package io.probeguard.training;

import io.probeguard.cli.ProbeGuard;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * Runs commands so that Java can record which classes they load: a training run, as JEP 483 and JEP 514 call it. What the
 * commands print is dropped. Exits with 1 if one of them could not do its work, so that no archive is made of half of it.
 */
public final class TrainingRun {
    /** What an archive is for; all classes of one are linked at start, so each has only what its commands need. */
    enum Subject {
        /** Commands that read files. */
        FILES,
        /** Commands that ask a cluster. */
        CLUSTER,
        /** {@code serve}. */
        SERVER
    }

    private static final PrintWriter DROPPED = new PrintWriter(Writer.nullWriter());
    private static final PrintWriter ERRORS = new PrintWriter(System.err, true, StandardCharsets.UTF_8);

    private final Path nodes;
    private final Path pods;
    private final Path certificates;
    private final Path kubeconfig;
    private boolean failed;

    private TrainingRun(Path folder) throws IOException {
        nodes = copy("nodes.json", folder);
        pods = copy("pods.json", folder);
        certificates = folder.resolve("certs");
        kubeconfig = folder.resolve("kubeconfig");
    }

    /** @param args one {@link Subject}, in any case */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("probe-guard-training");
        TrainingRun run = new TrainingRun(folder);
        switch (Subject.valueOf(args[0].toUpperCase(Locale.ROOT))) {
            case FILES -> run.files();
            case CLUSTER -> run.cluster();
            case SERVER -> run.server();
        }
        delete(folder);
        System.exit(run.failed ? 1 : 0); // also stops the server
    }

    private void files() {
        expect(0, "--help");
        for (String format : List.of("text", "json", "sarif", "junit", "patch")) {
            expect(1, "review", "--mode", "rewrite", "--output", format, pods.toString());
        }
        expect(1, "review", "--nodes", nodes.toString(), pods.toString());
        for (String format : List.of("text", "json")) {
            expect(0, "simulate", "--fault", "always-fails", "--for", "2m", "--output", format, pods.toString());
            expect(0, "catalogue", "--output", format);
            expect(0, "nodes", "--nodes", nodes.toString(), "--output", format);
        }
    }

    private void cluster() throws IOException {
        try (TrainingCluster cluster = new TrainingCluster(nodes, pods)) {
            Files.writeString(kubeconfig, cluster.kubeconfig());
            for (String format : List.of("text", "json")) {
                expect(0, "nodes", "--kubeconfig", kubeconfig.toString(), "--output", format);
                expect(1, "scan", "--kubeconfig", kubeconfig.toString(), "--output", format);
            }
        }
    }

    /** With its warm-up, which sends it reviews. */
    private void server() throws IOException, InterruptedException {
        try (TrainingCluster cluster = new TrainingCluster(nodes, pods)) {
            Files.writeString(kubeconfig, cluster.kubeconfig());
            expect(0, "nodes", "--kubeconfig", kubeconfig.toString());
        }
        CountDownLatch said = new CountDownLatch(1);
        StringWriter manifest = new StringWriter();
        PrintWriter out = new PrintWriter(manifest) {
            @Override
            public void flush() {
                said.countDown();
            }
        };
        Thread serve = new Thread(
                () -> ProbeGuard.run(
                        out,
                        ERRORS,
                        "serve",
                        "--port",
                        "0",
                        "--nodes",
                        nodes.toString(),
                        "--certs",
                        certificates.toString()),
                "serve");
        serve.setDaemon(true);
        serve.start();
        said.await();
        failed |= manifest.toString().isEmpty();
    }

    private void expect(int code, String... args) {
        if (ProbeGuard.run(DROPPED, ERRORS, args) != code) {
            ERRORS.println("failed: " + String.join(" ", args));
            failed = true;
        }
    }

    private static Path copy(String resource, Path folder) throws IOException {
        Path file = folder.resolve(resource);
        try (InputStream in = TrainingRun.class.getResourceAsStream(resource)) {
            Files.copy(in, file);
        }
        return file;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
