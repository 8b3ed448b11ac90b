package io.probeguard.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.External;
import io.probeguard.Run;
import io.probeguard.admission.Admission;
import io.probeguard.admission.Observer;
import io.probeguard.cluster.DisruptionBudget;
import io.probeguard.http.CallerAuthentication;
import io.probeguard.http.ConsoleEndpoint;
import io.probeguard.http.Ports;
import io.probeguard.http.WebhookServer;
import io.probeguard.node.ClusterState;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Pods;
import io.probeguard.scan.Scan;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;

/**
 * The pages for people who cannot see them as others do: axe-core looks at each in a real Chromium, on a phone, a tablet
 * and a desktop, light and dark; and all of it can be reached by keyboard. Needs axe-core, besides what {@link ConsoleIT}
 * needs. Its screenshots are below target/console.
 */
class AccessibilityIT {
    private static final Path SCREENSHOTS = Path.of("target/console");

    @TempDir
    static Path folder;

    private static Map<String, String> pages;
    private static String axe;
    private static WebhookServer server;
    private static ChromeDriver browser;

    @BeforeAll
    static void start() throws Exception {
        axe = Files.readString(External.folder("PROBE_GUARD_AXE").resolve("axe-core/axe.min.js"));
        browser = Chromium.start(Chromium.options());
        SampleData source = new SampleData(120);
        source.busyDay();
        source.add(Pods.read("""
                        {apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: cart-0}, spec: {nodeName: node-2, containers: [
                          {name: app, livenessProbe: {exec: {command: [x]}, periodSeconds: 4}}]},
                         status: {conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-11-27T10:00:00Z'}],
                           containerStatuses: [{restartCount: 12}]}}
                        """).get(0).workload());
        source.rejectCatalogue("line 1: effect is required");
        CertificateFolder certificates = new CertificateFolder(folder);
        certificates.prepare(List.of("localhost"), Clock.systemUTC());
        server = WebhookServer.start(
                new Admission(ClusterState.fixed(source.fleet()), Policy.DEFAULT, Observer.NONE),
                certificates.read(),
                CallerAuthentication.NONE,
                () -> null,
                new Ports(0, null, new ConsoleEndpoint(new ConsoleController(source), new ConsoleGate(null), 0)));
        String console = "http://localhost:" + server.consolePort() + "/console/";
        pages = new LinkedHashMap<>();
        pages.put("overview", console);
        pages.put("nodes", console + "nodes?show=all");
        pages.put("workloads", console + "workloads");
        pages.put("workload", console + "workload?namespace=team-1&kind=Deployment&name=web-1");
        pages.put("pod", console + "pod?name=cart-0");
        pages.put("decisions", console + "decisions");
        pages.put("scan", scan(source));
        pages.put("simulate", simulate());
        Files.createDirectories(SCREENSHOTS);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.quit();
        }
        if (server != null) {
            server.close();
        }
    }

    /** More workloads than are shown in full, and one whose pods fail and are held back by a budget. */
    private static String scan(SampleData source) throws IOException {
        Scan scan = new Scan(source.fleet(), source.policy(), namespace -> null);
        for (int i = 0; i < ScanPage.MAX_IN_FULL + 5; i++) {
            scan.add(Pods.read("{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: web-" + i
                            + "}, spec: {nodeName: node-2, containers: [{name: app, livenessProbe: {exec: {command: [x]}}}]},"
                            + " status: {conditions: [{type: Ready, status: 'False'}], containerStatuses: [{restartCount: "
                            + i + "}]}}")
                    .get(0)
                    .workload());
        }
        scan.setExhausted(List.of(new DisruptionBudget("shop", "web", Set.of("web-1"), 0, 1, false)));
        Path file = folder.resolve("scan.html");
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            ScanPage.write(scan.report(), out);
        }
        return file.toUri().toString();
    }

    private static String simulate() throws IOException {
        Run run =
                Run.of("simulate", "src/examples/istio-sidecar-injector.yaml", "--fault", "always-fails", "-o", "html");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return Files.writeString(folder.resolve("simulate.html"), run.out())
                .toUri()
                .toString();
    }

    private static void look(int width, boolean dark) {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 500));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Paused, so that nothing is replaced meanwhile; and all that is folded up is looked at, too. */
    private static void open(String page) {
        browser.get(pages.get(page));
        browser.executeScript("""
                document.querySelector('#live button')?.click();
                document.querySelectorAll('details').forEach(details => { details.open = true; });
                """);
    }

    /** What axe-core complains about, each with the first element that it is about. */
    private static Object violations() {
        browser.executeScript(axe);
        return browser.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document, {resultTypes: ['violations']}).then(
                  found => done(found.violations.map(each => each.id + ': ' + each.help + ': ' + each.nodes[0].html)),
                  failure => done([String(failure)]));
                """);
    }

    @ParameterizedTest
    @CsvSource({"360, false", "360, true", "768, false", "768, true", "1280, false", "1280, true"})
    void axeHasNothingToComplainAbout(int width, boolean dark) throws Exception {
        for (String page : pages.keySet()) {
            look(width, dark);
            open(page);
            assertThat(violations()).as(page).isEqualTo(List.of());
            Files.write(
                    SCREENSHOTS.resolve(page + "-" + width + (dark ? "-dark" : "") + ".png"),
                    browser.getScreenshotAs(OutputType.BYTES));
        }
    }

    /** Shows that the check above can fail. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            color-contrast | document.querySelector('h1').style.color = 'var(--line)'
            select-name    | document.querySelector('select').closest('label').replaceWith(document.querySelector('select'))
            html-has-lang  | document.documentElement.lang = ''
            """)
    void axeFindsMistakes(String rule, String mistake) {
        look(1280, false);
        open("workloads");
        browser.executeScript(mistake);
        assertThat(violations().toString()).contains(rule);
    }

    /** Nothing has to be scrolled sideways, but for what scrolls by itself. */
    @Test
    void pagesFitAPhone() {
        for (String page : pages.keySet()) {
            look(360, false);
            open(page);
            assertThat(browser.executeScript("""
                            const width = document.documentElement.clientWidth;
                            return document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll('*')]
                              .filter(e => e.getBoundingClientRect().right > width)
                              .map(e => e.outerHTML.slice(0, 80));
                            """)).as(page).isEqualTo(List.of());
        }
    }

    /** The Tab key leads to each link, field and button in its order, and shows where it is. */
    @ParameterizedTest
    @CsvSource({"overview", "nodes", "workloads", "workload", "pod", "decisions", "scan"})
    void allCanBeReachedByKeyboard(String page) {
        look(1280, false);
        open(page);
        Object expected = browser.executeScript("""
                window.all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')];
                window.reached = [];
                document.addEventListener('focusin', event => window.reached.push(window.all.indexOf(event.target)));
                return window.all.map((_, i) => i);
                """);
        for (int i = 0; i < ((List<?>) expected).size(); i++) {
            browser.switchTo().activeElement().sendKeys(Keys.TAB);
            assertThat(browser.executeScript("""
                            const style = getComputedStyle(document.activeElement);
                            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
                            """)).as("focus %s is visible", i).isEqualTo(true);
        }
        assertThat(browser.executeScript("return window.reached")).isEqualTo(expected);
    }
}
