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

/** Asks the API server for pods, a page at a time, and for no longer than the caller can wait. */
final class PodReader implements AutoCloseable {
    private static final int PAGE = 250;
    private static final int MOST_THREADS = 4;
    private static final int MOST_WAITING = 16;

    private static final Logger LOG = LoggerFactory.getLogger(PodReader.class);
    private static final ObjectReader POD = WorkloadMapper.INSTANCE.readerFor(WorkloadShape.Pod.class);

    private final KubernetesClient client;
    private final ExecutorService askers;

    PodReader(KubernetesClient client) {
        this.client = client;
        this.askers = new ThreadPoolExecutor(
                MOST_THREADS,
                MOST_THREADS,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MOST_WAITING),
                BackgroundThread.daemons("pods"));
    }

    /** The pods of a namespace; what does not come within the budget is missing. */
    Listing in(String namespace, int most, Duration budget) {
        long end = System.nanoTime() + budget.toNanos();
        List<Workload> pods = new ArrayList<>();
        String next = "";
        do {
            String page = ask(
                    path(namespace) + "?limit=" + Math.min(PAGE, most - pods.size()) + "&continue="
                            + URLEncoder.encode(next, StandardCharsets.UTF_8),
                    end);
            if (page == null) {
                return new Listing(pods, false);
            }
            WorkloadList<?> read = WorkloadList.read(WorkloadKind.POD, page);
            pods.addAll(read.workloads(WorkloadKind.POD, namespace));
            next = read.next();
        } while (!next.isEmpty() && pods.size() < most);
        return new Listing(pods, next.isEmpty());
    }

    /** One pod; null where there is none, or it does not come within the budget. */
    @Nullable
    Workload get(String namespace, String name, Duration budget) {
        String pod = ask(path(namespace) + "/" + name, System.nanoTime() + budget.toNanos());
        return pod == null ? null : POD.<WorkloadShape>readValue(pod).toWorkload(WorkloadKind.POD, namespace);
    }

    private static String path(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/pods";
    }

    /** The body of what the API server answers; null where it does not, or not in time. */
    private @Nullable String ask(String path, long end) {
        Future<String> answer = null;
        try {
            answer = askers.submit(() -> client.raw(path));
            return answer.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | RejectedExecutionException e) {
            LOG.warn("the API server did not answer GET {} in time", path);
        } catch (ExecutionException e) {
            LOG.warn(
                    "the API server did not answer GET {}: {}",
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
        askers.shutdownNow();
    }
}
