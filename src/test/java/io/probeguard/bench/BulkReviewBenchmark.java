package io.probeguard.bench;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.manifest.FileReview;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the review of many files costs beside parsing them; both on all cores. */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class BulkReviewBenchmark {
    private static final Policy REWRITE = Policy.DEFAULT.withMode(Mode.REWRITE);

    private final Fleet fleet = Fleet.assuming(
            Catalogue.builtIn().byId("docker-el7-1.13.1-84").stream().toList());
    private final List<SourceText> files = new ArrayList<>();

    /** Half of the files are Istio's injector, of two objects with exec probes; the other half has none. */
    @Setup
    public void read() throws IOException {
        String injector = Files.readString(Path.of("src/examples/istio-sidecar-injector.yaml"));
        for (int i = 0; i < 500; i++) {
            String text = i % 2 == 0 ? injector : injector.replace("exec:", "httpGet:");
            files.add(new SourceText("file-" + i + ".yaml", text.replace("istio-system", "team-" + i)));
        }
    }

    @Benchmark
    public int parse() {
        return files.parallelStream()
                .mapToInt(file -> Documents.parse(file).documents().size())
                .sum();
    }

    @Benchmark
    public int review() {
        return files.parallelStream()
                .map(file -> FileReview.of(file, fleet, REWRITE))
                .mapToInt(FileReview::hashCode)
                .sum();
    }
}
