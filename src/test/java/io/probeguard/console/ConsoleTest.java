package io.probeguard.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.Https;
import io.probeguard.admission.Admission;
import io.probeguard.admission.Observer;
import io.probeguard.decision.Decision;
import io.probeguard.decision.Decision.Outcome;
import io.probeguard.http.CallerAuthentication;
import io.probeguard.http.ConsoleEndpoint;
import io.probeguard.http.Ports;
import io.probeguard.http.WebhookServer;
import io.probeguard.manifest.Inputs;
import io.probeguard.node.ClusterState;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.tls.CertificateFolder;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.util.HtmlUtils;
import org.yaml.snakeyaml.Yaml;

/** The console over HTTP, with ten thousand workloads, one of which is hostile. */
class ConsoleTest {
    private static final int WORKLOADS = 10_000;
    private static final String HOSTILE = "<script>alert(1)</script>\"'&";
    private static final SampleData SOURCE = new SampleData(WORKLOADS);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String PLATFORM = "spring.main.cloud-platform";

    @TempDir
    static Path folder;

    private static WebhookServer server;
    private static CertificateFolder certificates;

    @BeforeAll
    static void start() throws Exception {
        SOURCE.add(HOSTILE, HOSTILE, HOSTILE, 5);
        SOURCE.busyDay();
        certificates = new CertificateFolder(folder);
        certificates.prepare(List.of("localhost", "127.0.0.1"), Clock.systemUTC());
        // Spring Boot detects from the environment that it runs in Kubernetes, and then behaves differently.
        System.setProperty(PLATFORM, "kubernetes");
        try {
            server = WebhookServer.start(
                    new Admission(ClusterState.fixed(SOURCE.fleet()), Policy.DEFAULT, Observer.NONE),
                    certificates.read(),
                    CallerAuthentication.NONE,
                    () -> null,
                    new Ports(0, null, new ConsoleEndpoint(new ConsoleController(SOURCE), new ConsoleGate(null), 0)));
        } finally {
            System.clearProperty(PLATFORM);
        }
    }

    @Test
    void everyPageSaysThatEntriesOfTheCatalogueAreRejected() throws Exception {
        SOURCE.rejectCatalogue("ConfigMap probe-guard/mine is not used: catalogue.yaml:3: <b>");
        try {
            for (String page : List.of("", "nodes", "workloads", "decisions")) {
                assertThat(get("/console/" + page).body())
                        .as(page)
                        .contains(
                                "<p class=\"notice\">ConfigMap probe-guard/mine is not used: catalogue.yaml:3: &lt;b&gt;</p>");
            }
        } finally {
            SOURCE.rejectCatalogue(null);
        }
        assertThat(get("/console/").body()).doesNotContain("is not used");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + server.consolePort() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/",
                "/console/nodes",
                "/console/nodes?show=all",
                "/console/workloads",
                "/console/workloads?page=201",
                "/console/decisions",
                "/console/workload?namespace=team-0&kind=Deployment&name=web-0",
                "/console/pod?name=web-0-6f9c8d7b5-x2x4z",
            })
    void everyPageIsSmallAndRestricted(String path) throws Exception {
        HttpResponse<String> page = get(path);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
        assertThat(page.body()).startsWith("<!DOCTYPE html>").hasSizeLessThan(100_000);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none';")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.body()).doesNotContain("http://", "https://", " style=", " onclick=");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "/,                       302",
        "/console,                302",
        "/console/style.css,      200",
        "/console/console.css,    200",
        "/console/console.js,     200",
        "/console/style.css;x,    200",
        "/console/style%2Ecss,    200",
        "/console/workload,       404",
        "/console/workload?namespace=team-0&kind=Deployment&name=none, 404",
        "/console/fix.yaml,       404",
        "/console/none,           404",
        "/console/pod,            200",
        "/console/pod?name=none,  200",
        "/console/workloads?page=x, 200",
        "/console/workloads?page=99999999999, 200",
        "/console/workloads?page=-1, 200",
        "/livez,                  404",
        "/mutate,                 404",
        "/metrics,                404",
    })
    void paths(String path, int status) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("\tat ", "Exception");
    }

    @Test
    void servesOnlyTheConsoleWithoutTls() throws Exception {
        HttpRequest review = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + server.consolePort() + "/validate"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertThat(CLIENT.send(review, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    }

    /** However the path is written, and whatever the headers of proxies claim. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "/console,",
        "/console/,",
        "/console/workloads,",
        "/%63onsole/,",
        "/console;x=1,",
        "/console;x=1/nodes,",
        "/;x/console/nodes,",
        "/x/../console/,",
        "//console/,",
        "/console/style.css,",
        "/console/, X-Forwarded-Proto: http",
        "/console/, Forwarded: proto=http",
    })
    void doesNotServeTheConsoleOverHttpsUnlessEnabled(String path, String header) throws Exception {
        try (Socket socket =
                Https.trusting(certificates.trusted()).getSocketFactory().createSocket("localhost", server.port())) {
            assertThat(answer(socket, path, "localhost", header)).startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void reportsAPortInUse() {
        assertThatThrownBy(() -> WebhookServer.start(
                        new Admission(ClusterState.fixed(SOURCE.fleet()), Policy.DEFAULT, Observer.NONE),
                        certificates.read(),
                        CallerAuthentication.NONE,
                        () -> null,
                        new Ports(
                                0,
                                null,
                                new ConsoleEndpoint(
                                        new ConsoleController(SOURCE), new ConsoleGate(null), server.consolePort()))))
                .isInstanceOf(Inputs.BadInputException.class)
                .hasMessage("port " + server.consolePort() + " is already in use; choose another with --console-port");
    }

    /** DNS rebinding: a page of another site can resolve its own host name to 127.0.0.1 and then read the responses. */
    @ParameterizedTest(name = "{0}: {2} {1}")
    @CsvSource({
        "evil.example,           , 403",
        "127.0.0.1.evil.example, , 403",
        "localhost,              , 200",
        "127.0.0.1,              , 200",
        "[::1],                  , 200",
        "evil.example, X-Forwarded-Host: localhost, 403",
        "evil.example, Forwarded: host=localhost,   403",
        "evil.example, X-Forwarded-Proto: https,    403",
    })
    void refusesOtherHostNames(String host, String header, int status) throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), Objects.requireNonNull(server.consolePort()))) {
            assertThat(answer(socket, "/console/", host, header)).startsWith("HTTP/1.1 " + status);
        }
    }

    /** The response to a raw request. */
    private static String answer(Socket socket, String path, String host, String header) throws Exception {
        String more = header == null ? "" : header + "\r\n";
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + ":8081\r\n" + more + "Connection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void doesNotSendAnUnchangedPageAgain() throws Exception {
        String tag = get("/console/workloads").headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = get("/console/workloads", "If-None-Match", tag);
        assertThat(again.statusCode()).isEqualTo(HttpURLConnection.HTTP_NOT_MODIFIED);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void pagesTogetherShowEveryWorkloadOnce() throws Exception {
        Set<String> names = new TreeSet<>();
        int rows = 0;
        String next = "workloads?namespace=team-7";
        while (next != null) {
            String page = get("/console/" + next).body();
            Matcher row = Pattern.compile("<a href=\"workload\\?[^\"]*\">Deployment (team-7/web-\\d+)</a>")
                    .matcher(page);
            while (row.find()) {
                rows++;
                names.add(row.group(1));
            }
            Matcher link = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"").matcher(page);
            next = link.find() ? HtmlUtils.htmlUnescape(link.group(1)) : null;
        }
        assertThat(rows).isEqualTo(WORKLOADS / 40);
        assertThat(names).hasSize(rows);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            workloads?namespace=team-3                     | 1 to 50 of 250
            workloads?namespace=team-3&page=5              | 201 to 250 of 250
            workloads?kind=Deployment                      | 1 to 50 of 10001
            workloads?kind=StatefulSet                     | None.
            workloads?build=docker-el7-1.13.1-84           | 1 to 50 of 10001
            workloads?build=none                           | None.
            decisions                                      | 1 to 50 of 120
            decisions?kind=StatefulSet                     | 1 to 24 of 24
            decisions?namespace=team-5&kind=StatefulSet    | 1 to 4 of 4
            decisions?namespace=none                       | None.
            """)
    void filters(String path, String shown) throws Exception {
        assertThat(get("/console/" + path).body()).contains(shown);
    }

    @Test
    void escapesEveryValue() throws Exception {
        String query = "?namespace=" + encoded(HOSTILE) + "&kind=Deployment&name=" + encoded(HOSTILE);
        SOURCE.decide(new Decision(HOSTILE, new Identity(HOSTILE, HOSTILE), Outcome.DENIED, List.of(HOSTILE)));
        try {
            for (String page : List.of(
                    "/console/",
                    "/console/workloads?namespace=" + encoded(HOSTILE),
                    "/console/workload" + query,
                    "/console/pod?name=" + encoded(HOSTILE + "-6f9c8d7b5-x2x4z"),
                    "/console/decisions",
                    "/console/decisions?kind=" + encoded("<b>'\""))) {
                String body = get(page).body();
                assertThat(body).as(page).contains("&lt;");
                assertThat(body.replace("<script src=\"console.js\" defer></script>", ""))
                        .as(page)
                        .doesNotContain("<script", "<b>", "\"'&\"");
            }
        } finally {
            SOURCE.busyDay();
        }
        HttpResponse<String> fix = get("/console/fix.yaml" + query);
        assertThat(fix.headers().firstValue("Content-Type")).contains("text/plain;charset=UTF-8");
    }

    @Test
    void servesAPatchOfTheTemplate() throws Exception {
        String yaml = get("/console/fix.yaml?namespace=team-1&kind=Deployment&name=web-1")
                .body();
        assertThat(yaml)
                .contains("#   kubectl -n team-1 patch deployment web-1 --patch-file web-1.yaml\n")
                .contains("only delays what happens on nodes with docker-el7-1.13.1-84");
        assertThat(new Yaml().<Object>load(yaml)).isEqualTo(new Yaml().<Object>load("""
                        spec:
                          template:
                            spec:
                              containers:
                              - name: app-1
                                livenessProbe: {periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5}
                                readinessProbe: {periodSeconds: 15, timeoutSeconds: 10}
                        """));
    }

    @Test
    void showsAllReplicasTogether() throws Exception {
        assertThat(get("/console/decisions?namespace=team-0&kind=StatefulSet").body())
                .contains("<th scope=\"row\">StatefulSet web-0</th>")
                .contains("<td data-column=\"Count\">2</td>") // one of each replica
                .contains("<li>probe-guard-7d9f-a1: 120 distinct</li>")
                .contains("<li>probe-guard-7d9f-b2: 1 distinct</li>");
    }

    /** Workloads that are not part of the latest review have no page. */
    @ParameterizedTest
    @ValueSource(strings = {"/console/", "/console/decisions"})
    void linksDecisionsToTheirWorkloads(String path) throws Exception {
        String page = HtmlUtils.htmlUnescape(get(path).body());
        Matcher link =
                Pattern.compile("<a href=\"([^\"]*)\">Deployment web-1</a>").matcher(page);
        assertThat(link.find()).isTrue();
        assertThat(get("/console/" + link.group(1)).body()).contains("Deployment team-1/web-1");
        assertThat(page).contains("<th scope=\"row\">StatefulSet web-0</th>");
    }
}
