package io.probeguard.console;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time to render a page of the console, with few affected workloads and with ten thousand, each with two findings. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PagesBenchmark {
    @Param({"50", "10000"})
    public int workloads;

    private ConsolePages pages;

    @Setup
    public void setUp() {
        SampleData source = new SampleData(workloads);
        source.busyDay();
        pages = new ConsolePages(source, Clock.systemUTC());
        pages.overview(); // the review is computed once, outside of the measurement
    }

    @Benchmark
    public String overview() {
        return pages.overview();
    }

    @Benchmark
    public String allWorkloads() {
        return pages.workloads(WorkloadFilter.of(null, null, null, null));
    }

    @Benchmark
    public String workloadsOfANamespace() {
        return pages.workloads(WorkloadFilter.of("team-7", "Deployment", null, "2"));
    }

    @Benchmark
    public @Nullable String workload() {
        return pages.workload("team-7", "Deployment", "web-7");
    }
}
