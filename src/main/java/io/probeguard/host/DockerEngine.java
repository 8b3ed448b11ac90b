package io.probeguard.host;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.probeguard.catalogue.PackageVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Docker Engine, asked over its socket: {@code GET /version} and {@code GET /info} of the
 * <a href="https://docs.docker.com/reference/api/engine/">Engine API</a>, in any version of it.
 *
 * <p>Red Hat's builds say which package they are from ({@code PkgVersion}, in both answers). Without it the Go version and
 * the build time distinguish releases of Enterprise Linux 7; the Git commit does not.
 */
final class DockerEngine {
    private static final Timeout TIMEOUT = Timeout.ofSeconds(20);
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DockerEngine() {}

    private record Version(
            @JsonProperty("Version") @Nullable String version,
            @JsonProperty("GoVersion") @Nullable String goVersion,
            @JsonProperty("BuildTime") @Nullable String buildTime,
            @JsonProperty("PkgVersion") @Nullable String pkgVersion,
            @JsonProperty("Components") @Nullable List<Component> components) {}

    /** A part of the engine, such as its containerd; reported since API 1.35. */
    private record Component(
            @JsonProperty("Name") @Nullable String name,
            @JsonProperty("Version") String version) {}

    private record Info(
            @JsonProperty("PkgVersion") @Nullable String pkgVersion) {}

    static InspectedSource ask(Path socket) {
        if (!Files.exists(socket)) {
            return InspectedSource.absent("docker", "socket " + socket + " not found");
        }
        RequestConfig config = RequestConfig.custom()
                .setUnixDomainSocket(socket)
                .setResponseTimeout(TIMEOUT)
                .build();
        try (CloseableHttpAsyncClient client =
                HttpAsyncClients.custom().setDefaultRequestConfig(config).build()) {
            client.start();
            return source(get(client, "/version", Version.class), get(client, "/info", Info.class));
        } catch (IOException e) {
            return InspectedSource.failed("docker", socket + ": " + e.getMessage());
        }
    }

    private static <T> T get(CloseableHttpAsyncClient client, String path, Class<T> type) throws IOException {
        SimpleHttpRequest request =
                SimpleRequestBuilder.get("http://localhost" + path).build();
        try {
            SimpleHttpResponse response = client.execute(request, null).get();
            if (response.getCode() != HttpStatus.SC_OK) {
                throw new IOException("GET " + path + " returned status " + response.getCode());
            }
            return MAPPER.readValue(response.getBodyText(), type);
        } catch (ExecutionException e) {
            // The client reports the host localhost whatever the socket.
            String message = Objects.requireNonNullElse(e.getCause(), e).getMessage();
            String why = String.valueOf(message).replaceFirst("^Connect to .* failed: ", "");
            throw new IOException("GET " + path + ": " + why, e);
        } catch (JacksonException e) {
            throw new IOException("GET " + path + ": the response is not a Docker Engine's", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static InspectedSource source(Version version, Info info) throws IOException {
        if (version.version == null) {
            throw new IOException("GET /version: the response has no version");
        }
        String pkgVersion = version.pkgVersion == null ? info.pkgVersion : version.pkgVersion;
        Stream<String> components = Objects.requireNonNullElse(version.components, List.<Component>of()).stream()
                .filter(component -> component.name != null && !component.name.equals("Engine"))
                .map(component -> component.name + " " + component.version);
        String detail = Stream.concat(
                        Stream.of(
                                "Docker Engine " + version.version,
                                version.goVersion,
                                version.buildTime == null ? null : "built " + version.buildTime,
                                pkgVersion),
                        components)
                .filter(Objects::nonNull)
                .collect(Collectors.joining(", "));
        return InspectedSource.runtime(
                "docker", packages(pkgVersion, version), withoutLeadingZeros(version.version), detail);
    }

    /** The package, which only some builds of Red Hat report; otherwise how it was built. */
    private static List<PackageVersion> packages(@Nullable String pkgVersion, Version version) {
        List<PackageVersion> packages = pkgVersion == null ? List.of() : PackageVersion.parseList(pkgVersion);
        return packages.isEmpty()
                ? PackageVersion.parseList(
                        "docker-go-version=" + version.goVersion + ",docker-build-time=" + version.buildTime)
                : packages;
    }

    /** As kubelets report it: 18.09.1 is 18.9.1. */
    private static String withoutLeadingZeros(String version) {
        return version.replaceAll("(^|\\.)0+(?=\\d)", "$1");
    }
}
