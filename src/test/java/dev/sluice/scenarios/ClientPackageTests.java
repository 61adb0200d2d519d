package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The client as others get it: from npm, and with its types. What it does is in {@code src/test/js} and in a browser. */
class ClientPackageTests {

    private static final Path CLIENT = Path.of("src/main/resources/client");
    private static final String TYPESCRIPT = "npm install --global typescript@5.9.3";

    @TempDir
    private Path directory;

    @Test
    @Needs(value = "npm", installedBy = "apt-get install -y npm")
    void packsWhatItNeedsAndNothingElse() {
        Map<String, String> alone = Map.of(
                "npm_config_cache",
                directory.toString(),
                "npm_config_offline",
                "true",
                "npm_config_update_notifier",
                "false");
        List<String> pack =
                List.of("npm", "pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error", absolute(CLIENT));
        try (RunningProgram npm = RunningProgram.start(directory, alone, pack)) {
            JsonNode files = Client.JSON.readTree(npm.succeeds()).get(0).path("files");

            assertThat(files.valueStream().map(file -> file.path("path").stringValue()))
                    .containsExactlyInAnyOrder("package.json", "sluice.js", "sluice.d.ts");
        }
    }

    @Test
    void isOfThisVersionAndDependsOnNothing() throws IOException {
        JsonNode described = Client.JSON.readTree(Files.readString(CLIENT.resolve("package.json")));

        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<version>" + described.path("version").stringValue() + "</version>");
        assertThat(described.propertyNames())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("dependencies"));
        assertThat(Files.readString(CLIENT.resolve("sluice.js")))
                .doesNotContain("import {")
                .doesNotContain("require(");
    }

    @Test
    @Needs(
            value = {"tsc", "node"},
            installedBy = TYPESCRIPT)
    void hasTypesThatAllowWhatIsMeantAndNothingElse() {
        List<String> compiler = List.of("tsc", "--pretty", "false", "--project", absolute(Path.of("src/test/types")));
        try (RunningProgram tsc = RunningProgram.start(directory, Map.of(), compiler)) {
            assertThat(tsc.succeeds()).isEmpty();
        }
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().toString();
    }
}
