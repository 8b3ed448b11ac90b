package io.probeguard.console;

import io.probeguard.External;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A headless Chromium; where it, or its driver, is not on the PATH, the test is skipped, which it reports. */
final class Chromium {
    private Chromium() {}

    /** Without anything that it would do in the background. */
    static ChromeOptions options() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(External.program("chromium").toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync");
        return options;
    }

    static ChromeDriver start(ChromeOptions options) {
        return new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(External.program("chromedriver").toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
    }
}
