package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Reads a list from the API server a page at a time. */
public final class ListPager {
    private ListPager() {}

    /**
     * Reads all pages.
     *
     * @param page given the continue token of a page, empty for the first, returns that of the next, which may be null or
     *     empty after the last
     */
    static void read(UnaryOperator<String> page) {
        String next = "";
        do {
            try {
                next = Objects.requireNonNullElse(page.apply(next), "");
            } catch (KubernetesClientException e) {
                next = afterExpiry(e, next);
            }
        } while (!next.isEmpty());
    }

    /**
     * Reads all pages of a resource that the API server may not serve.
     *
     * @param path with a query, to which the continue token is added
     * @param beforePage called before each request
     * @param page given an answer, returns the continue token of the next page, which may be empty after the last
     * @return whether the API server serves the resource
     */
    public static boolean read(KubernetesClient client, String path, Runnable beforePage, UnaryOperator<String> page) {
        boolean[] isServed = {true};
        read(next -> {
            beforePage.run();
            String answer = client.raw(path + "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
            isServed[0] = answer != null; // null is what the client makes of 404
            return answer == null ? "" : page.apply(answer);
        });
        return isServed[0];
    }

    /**
     * A list that takes longer than etcd keeps old revisions, some 5 minutes, ends in 410 Gone. That answer has a token by
     * which the rest can be read as it is now: objects that came or went meanwhile may be missing or listed twice, which a
     * report can bear.
     */
    private static String afterExpiry(KubernetesClientException e, String expired) {
        Status status = e.getStatus();
        String fresh = status == null || status.getMetadata() == null
                ? null
                : status.getMetadata().getContinue();
        if (e.getCode() != HttpURLConnection.HTTP_GONE || fresh == null || fresh.equals(expired)) {
            throw e;
        }
        return fresh;
    }
}
