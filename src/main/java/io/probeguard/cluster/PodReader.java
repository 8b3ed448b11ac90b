package io.probeguard.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.node.ClusterState.Listing;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.probe.WorkloadMapper;
import io.probeguard.probe.WorkloadShape;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.ObjectReader;

/** Reads pods from the API server, a page at a time, and for no longer than the caller can wait. */
final class PodReader implements AutoCloseable {
    private static final int PODS_PER_PAGE = 250;
    private static final int MAX_THREADS = 4;
    private static final int MAX_QUEUED = 16;

    private static final Logger LOG = LoggerFactory.getLogger(PodReader.class);
    private static final ObjectReader POD = WorkloadMapper.INSTANCE.readerFor(WorkloadShape.Pod.class);

    private final KubernetesClient client;
    private final ExecutorService executor;

    PodReader(KubernetesClient client) {
        this.client = client;
        this.executor = new ThreadPoolExecutor(
                MAX_THREADS,
                MAX_THREADS,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_QUEUED),
                BackgroundThread.daemons("pods"));
    }

    /** The pods of a namespace; those that do not arrive within the budget are missing. */
    Listing in(String namespace, int max, Duration budget) {
        long end = System.nanoTime() + budget.toNanos();
        List<Workload> pods = new ArrayList<>();
        String next = "";
        do {
            String page = request(
                    path(namespace) + "?limit=" + Math.min(PODS_PER_PAGE, max - pods.size()) + "&continue="
                            + URLEncoder.encode(next, StandardCharsets.UTF_8),
                    end);
            if (page == null) {
                return new Listing(pods, false);
            }
            WorkloadList<?> read = WorkloadList.read(WorkloadKind.POD, page);
            pods.addAll(read.workloads(WorkloadKind.POD, namespace));
            next = read.next();
        } while (!next.isEmpty() && pods.size() < max);
        return new Listing(pods, next.isEmpty());
    }

    /** One pod; null if there is none, or it does not arrive within the budget. */
    @Nullable
    Workload get(String namespace, String name, Duration budget) {
        String pod = request(path(namespace) + "/" + name, System.nanoTime() + budget.toNanos());
        return pod == null ? null : POD.<WorkloadShape>readValue(pod).toWorkload(WorkloadKind.POD, namespace);
    }

    private static String path(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/pods";
    }

    /** The body of the API server's answer; null if there is none in time. */
    private @Nullable String request(String path, long end) {
        Future<String> answer = null;
        try {
            answer = executor.submit(() -> client.raw(path));
            return answer.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | RejectedExecutionException e) {
            LOG.warn("GET {} timed out", path);
        } catch (ExecutionException e) {
            LOG.warn(
                    "GET {} failed: {}",
                    path,
                    Objects.requireNonNullElse(e.getCause(), e).getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (answer != null) {
            answer.cancel(true);
        }
        return null;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
