package io.probeguard.evidence;

import io.probeguard.text.Failures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The HTTP API of Prometheus, or of what speaks it (https://prometheus.io/docs/prometheus/latest/querying/api/): instant
 * queries, and nothing else.
 */
public final class Prometheus {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI url;
    private final HttpClient client;
    private final @Nullable Path tokenFile;

    /**
     * One value of an instant vector.
     *
     * @param labels of its series
     */
    public record Sample(Map<String, String> labels, double value) {}

    /**
     * @param url what stands before {@code /api/v1}
     * @param tokenFile a bearer token, read for each query because it may be rotated; null for none
     * @param trust what its certificate is checked against; null for what Java trusts
     */
    public Prometheus(URI url, @Nullable Path tokenFile, @Nullable SSLContext trust) {
        this.url = url;
        this.tokenFile = tokenFile;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        this.client = (trust == null ? builder : builder.sslContext(trust)).build();
    }

    /** @throws UncheckedIOException with a message for the user if it cannot be reached, or answers with an error */
    public List<Sample> query(String expression) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(url.toString().replaceFirst("/$", "") + "/api/v1/query?query="
                                    + URLEncoder.encode(expression, StandardCharsets.UTF_8)))
                    .timeout(TIMEOUT);
            if (tokenFile != null) {
                request.header(
                        "Authorization", "Bearer " + Files.readString(tokenFile).strip());
            }
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return samples(response);
        } catch (IOException e) {
            throw new UncheckedIOException("Prometheus at " + url + ": " + Failures.message(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }

    private static List<Sample> samples(HttpResponse<String> response) throws IOException {
        JsonNode answer;
        try {
            answer = JsonMapper.shared().readTree(response.body());
        } catch (JacksonException e) {
            throw new IOException("HTTP status " + response.statusCode() + ", and no JSON", e);
        }
        if (!answer.path("status").asString("").equals("success")) {
            throw new IOException("HTTP status " + response.statusCode() + ": "
                    + answer.path("error").asString("no error message"));
        }
        List<Sample> samples = new ArrayList<>();
        for (JsonNode each : answer.path("data").path("result")) {
            Map<String, String> labels = new HashMap<>();
            each.path("metric")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asString("")));
            samples.add(new Sample(
                    labels, Double.parseDouble(each.path("value").path(1).asString("NaN"))));
        }
        return samples;
    }
}
