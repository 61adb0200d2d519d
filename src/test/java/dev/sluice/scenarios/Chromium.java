package dev.sluice.scenarios;

import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's browser without a screen. */
final class Chromium {

    static final String PROGRAM = "chromium";
    static final String DRIVER = "chromedriver";
    static final String INSTALLED_BY = "apt-get update && apt-get install -y chromium chromium-driver fonts-dejavu";

    private Chromium() {}

    /** Both programs are named, so that Selenium never goes looking for them in the network. */
    static ChromeDriver start(Path profile) {
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(NeededPrograms.find(DRIVER).toFile())
                .usingAnyFreePort()
                .build();
        return new ChromeDriver(service, options(profile));
    }

    private static ChromeOptions options(Path profile) {
        LoggingPreferences everything = new LoggingPreferences();
        everything.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(NeededPrograms.find(PROGRAM).toFile());
        options.setCapability(ChromeOptions.LOGGING_PREFS, everything);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        return options;
    }

    /** A phone's width, which no window of this browser can be made as narrow as. */
    static void shrink(ChromeDriver browser, int width) {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 640, "deviceScaleFactor", 2, "mobile", true));
    }

    static void unshrink(ChromeDriver browser) {
        browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }
}
