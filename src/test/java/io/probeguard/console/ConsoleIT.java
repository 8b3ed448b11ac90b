package io.probeguard.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.External;
import io.probeguard.Run;
import io.probeguard.admission.Admission;
import io.probeguard.admission.Observer;
import io.probeguard.decision.Decision;
import io.probeguard.decision.Decision.Outcome;
import io.probeguard.http.CallerAuthentication;
import io.probeguard.http.ConsoleEndpoint;
import io.probeguard.http.Ports;
import io.probeguard.http.WebhookServer;
import io.probeguard.node.ClusterState;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.tls.CertificateFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The console in a real Chromium. Needs {@code chromium} and {@code chromedriver} on the PATH, as Debian's packages
 * chromium and chromium-driver install them. Its screenshots are below target/console.
 */
class ConsoleIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Path SCREENSHOTS = Path.of("target/console");
    private static final String HOSTILE = "<script>alert(1)</script>";

    @TempDir
    static Path folder;

    private static SampleData source;
    private static WebhookServer server;

    @SuppressWarnings("NullAway.Init") // every test opens it first
    private ChromeDriver browser;

    @BeforeAll
    static void start() throws Exception {
        External.program("chromium");
        External.program("chromedriver");
        source = new SampleData(120);
        source.add("shop", HOSTILE, HOSTILE, 5);
        source.busyDay();
        CertificateFolder certificates = new CertificateFolder(folder);
        certificates.prepare(List.of("localhost"), Clock.systemUTC());
        server = WebhookServer.start(
                new Admission(ClusterState.fixed(source.fleet()), Policy.DEFAULT, Observer.NONE),
                certificates.read(),
                CallerAuthentication.NONE,
                () -> null,
                new Ports(0, null, new ConsoleEndpoint(new ConsoleController(source), new ConsoleGate(null), 0)));
        Files.createDirectories(SCREENSHOTS);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void closeBrowser() {
        if (browser != null) {
            browser.quit();
        }
    }

    private void open(boolean dark, boolean withScripts) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = Chromium.options();
        options.addArguments("--window-size=1200,1000", "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1));
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        if (!withScripts) {
            options.setExperimentalOption("prefs", Map.of("profile.managed_default_content_settings.javascript", 2));
        }
        browser = Chromium.start(options);
    }

    private static String url(String page) {
        return "http://localhost:" + server.consolePort() + "/console/" + page;
    }

    /** The text of the page, read again where the page changes meanwhile. */
    private String main() {
        return await().atMost(TIMEOUT)
                .ignoreException(StaleElementReferenceException.class)
                .until(() -> browser.findElement(By.id("main")).getText(), text -> true);
    }

    private void awaitPage(String query) {
        await().atMost(TIMEOUT).until(() -> browser.getCurrentUrl().contains(query));
    }

    /** Chromium logs script errors, and whatever the content security policy blocked. */
    private void assertNoErrors() {
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                .as("log of Chromium")
                .isEmpty();
        JsonMapper json = new JsonMapper();
        List<String> requests = StreamSupport.stream(
                        browser.manage().logs().get(LogType.PERFORMANCE).spliterator(), false)
                .map(entry -> json.readTree(entry.getMessage()).path("message"))
                .filter(message -> message.path("method").asString().equals("Network.requestWillBeSent"))
                .map(message -> message.at("/params/request/url"))
                .map(JsonNode::asString)
                .toList();
        assertThat(requests).isNotEmpty().allMatch(to -> to.startsWith(url("")) || to.startsWith("data:"));
    }

    @ParameterizedTest(name = "{0} dark={2}")
    @CsvSource({
        "overview,  ./,                                                          false",
        "overview,  ./,                                                          true",
        "nodes,     nodes?show=all,                                              false",
        "nodes,     nodes?show=all,                                              true",
        "workloads, workloads,                                                   false",
        "workloads, workloads,                                                   true",
        "workload,  workload?namespace=team-1&kind=Deployment&name=web-1,        false",
        "workload,  workload?namespace=team-1&kind=Deployment&name=web-1,        true",
        "decisions, decisions,                                                   false",
        "decisions, decisions,                                                   true",
    })
    void pagesLoadWithoutOtherHosts(String name, String page, boolean dark) throws Exception {
        open(dark, true);
        browser.get(url(page));
        assertThat(browser.findElement(By.cssSelector("h1")).getText()).isNotBlank();
        assertThat(browser.findElement(By.tagName("body")).getCssValue("background-color"))
                .isEqualTo(dark ? "rgba(13, 17, 23, 1)" : "rgba(255, 255, 255, 1)");
        await().atMost(TIMEOUT)
                .until(() -> browser.findElement(By.cssSelector("#live [role=status]"))
                        .getText()
                        .equals("Live"));
        Files.write(
                SCREENSHOTS.resolve(name + (dark ? "-dark" : "") + ".png"), browser.getScreenshotAs(OutputType.BYTES));
        assertNoErrors();
    }

    @Test
    void filtersWorkloads() {
        open(false, true);
        browser.get(url("workloads"));
        select("namespace", "team-5");
        browser.findElement(By.cssSelector(".filter[aria-label=Filter] button")).click();
        awaitPage("workloads?namespace=team-5");
        assertThat(rows())
                .containsExactlyInAnyOrder(
                        "Deployment team-5/web-5", "Deployment team-5/web-45", "Deployment team-5/web-85");
        assertThat(browser.findElement(By.cssSelector("[name=namespace] option:checked"))
                        .getText())
                .isEqualTo("team-5");
        assertNoErrors();
    }

    @Test
    void theNameOfAPodLeadsToWhyItRestarts() {
        open(false, false);
        browser.get(url("workloads"));
        browser.findElement(By.name("name")).sendKeys("web-5-6f9c8d7b5-x2x4z", Keys.ENTER);
        awaitPage("pod?name=web-5-6f9c8d7b5-x2x4z");
        assertThat(main())
                .contains("Pod team-5/web-5-6f9c8d7b5-x2x4z\nOn node-2.")
                .contains("restart loop")
                .endsWith("kubectl probe-guard why web-5-6f9c8d7b5-x2x4z -n team-5");
    }

    private void select(String list, String value) {
        browser.findElement(By.cssSelector("[name=" + list + "] option[value='" + value + "']"))
                .click();
    }

    private List<String> rows() {
        return browser.findElements(By.cssSelector("tbody th a")).stream()
                .map(WebElement::getText)
                .toList();
    }

    @Test
    void linksToTheYaml() {
        open(false, true);
        browser.get(url("workloads?namespace=team-5"));
        browser.findElement(By.linkText("YAML")).click();
        awaitPage("fix.yaml");
        assertThat(browser.findElement(By.tagName("body")).getText())
                .contains("kubectl -n team-5 patch deployment")
                .contains("livenessProbe: {periodSeconds: 30");
    }

    @Test
    void updatesWithoutReloading() {
        open(false, true);
        browser.get(url("decisions"));
        await().atMost(TIMEOUT)
                .until(() -> browser.findElement(By.id("live")).getText().startsWith("Live"));
        browser.executeScript("window.notReloaded = true");
        browser.executeScript("document.querySelector('nav a[href=\"nodes\"]').focus()");
        source.decide(new Decision("shop", new Identity("Deployment", "brand-new"), Outcome.DENIED, List.of()));
        try {
            await().atMost(TIMEOUT).until(() -> main().contains("Deployment brand-new"));
        } finally {
            source.busyDay();
        }
        assertThat((Boolean) browser.executeScript("return window.notReloaded")).isTrue();
        assertThat(browser.switchTo().activeElement().getText()).isEqualTo("Nodes");
        assertNoErrors();
    }

    /** A tab may have been loaded, or restored, long before it is visible. */
    @Test
    void updatesAPageThatWasOutdatedWhenItLoaded() {
        open(false, true);
        browser.get(url("decisions"));
        await().atMost(TIMEOUT)
                .until(() -> browser.findElement(By.id("live")).getText().startsWith("Live"));
        browser.executeScript("""
                document.getElementById('main').innerHTML = 'outdated';
                document.body.append(Object.assign(document.createElement('script'), {src: 'console.js'}));
                """);
        await().atMost(TIMEOUT).until(() -> main().contains("Deployment web-1"));
        assertNoErrors();
    }

    @Test
    void pausesWhileTheUserSelects() {
        open(false, true);
        browser.get(url("decisions"));
        browser.findElement(By.name("namespace")).sendKeys("");
        await().atMost(TIMEOUT)
                .until(() -> browser.findElement(By.id("live")).getText().startsWith("Waiting"));
        browser.executeScript("document.activeElement.blur()");
        await().atMost(TIMEOUT)
                .until(() -> browser.findElement(By.id("live")).getText().startsWith("Live"));
    }

    @Test
    void showsThatAWorkloadIsGoneWithALinkToTheOthers() {
        open(false, true);
        browser.get(url("workload?namespace=team-1&kind=Deployment&name=gone"));
        assertThat(browser.findElement(By.tagName("h1")).getText()).isEqualTo("No affected workload of this name");
        await().atMost(TIMEOUT)
                .until(() -> browser.findElement(By.id("live")).getText().startsWith("Live"));
        browser.findElement(By.linkText("Affected workloads")).click();
        awaitPage("workloads");
    }

    @Test
    void keepsDetailsOpen() {
        open(false, true);
        browser.get(url("./"));
        await().atMost(TIMEOUT)
                .until(() -> browser.findElement(By.id("live")).getText().startsWith("Live"));
        browser.findElement(By.cssSelector("main summary")).click();
        source.decide(new Decision("shop", new Identity("Deployment", "brand-new"), Outcome.DENIED, List.of()));
        try {
            await().atMost(TIMEOUT).until(() -> main().contains("Deployment brand-new"));
        } finally {
            source.busyDay();
        }
        assertThat(browser.findElement(By.cssSelector("main details")).getDomProperty("open"))
                .isEqualTo("true");
        browser.findElement(By.cssSelector("#live button")).click();
        assertThat(browser.findElement(By.id("live")).getText()).startsWith("Paused");
    }

    @Test
    void worksWithoutScripts() {
        open(false, false);
        browser.get(url("./"));
        assertThat(browser.findElement(By.id("live")).isDisplayed()).isFalse();
        assertThat(main()).contains("Flagged nodes", "The last day", "web-0");
        browser.findElement(By.linkText("Decisions")).click();
        awaitPage("decisions");
        select("kind", "StatefulSet");
        browser.findElement(By.cssSelector(".filter[aria-label=Filter] button")).click();
        awaitPage("kind=StatefulSet");
        assertThat(main()).contains("1 to 24 of 24").doesNotContain("Deployment web");
    }

    @Test
    void skipLinkLeadsToTheMainContent() {
        open(false, true);
        browser.get(url("nodes"));
        browser.findElement(By.tagName("body")).sendKeys(Keys.TAB);
        assertThat(browser.switchTo().activeElement().getText()).isEqualTo("Skip to main content");
        browser.switchTo().activeElement().sendKeys(Keys.ENTER);
        assertThat(browser.switchTo().activeElement().getDomAttribute("id")).isEqualTo("main");
    }

    @Test
    void escapesHostileNames() {
        open(false, true);
        browser.get(url("workloads?namespace=shop"));
        assertThat(rows()).containsExactly("Deployment shop/" + HOSTILE);
        browser.findElement(By.cssSelector("tbody th a")).click();
        awaitPage("workload?");
        await().atMost(TIMEOUT).until(() -> main().contains(HOSTILE + ": liveness"));
        assertNoErrors(); // Chromium would log an alert, or a blocked script
    }

    @Test
    void aScanIsOneSelfContainedPage() throws Exception {
        open(false, true);
        Run run = Run.of(
                "scan",
                "--nodes",
                "src/examples/nodes.yaml",
                "--pods",
                "src/test/resources/scan/input/pods.yaml",
                "--mode",
                "rewrite",
                "-o",
                "html",
                "--fail-on",
                "never");
        Path page = Files.writeString(folder.resolve("scan.html"), run.out());
        browser.get(page.toUri().toString());
        Files.write(SCREENSHOTS.resolve("scan.png"), browser.getScreenshotAs(OutputType.BYTES));
        assertThat(browser.findElement(By.tagName("h1")).getText()).isEqualTo("Exec probes on nodes that break exec");
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
        Stream<String> requests = browser.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> new JsonMapper().readTree(entry.getMessage()).path("message"))
                .filter(message -> message.path("method").asString().equals("Network.requestWillBeSent"))
                .map(message -> message.at("/params/request/url").asString());
        assertThat(requests).containsOnly(page.toUri().toString().replace("file:/tmp", "file:///tmp"));
    }
}
