package dev.sluice.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the other files of the repository say, which the image and the manifests have to agree with. */
final class Repository {

    /** Of Spring Boot's own settings only those that deployments need; a typo in another one would go unseen. */
    private static final Set<String> OF_SPRING_BOOT =
            Set.of("SPRING_PROFILES_ACTIVE", "SERVER_PORT", "MANAGEMENT_SERVER_PORT");

    private static final Pattern SETTING = Pattern.compile("(?m)^\\| `((?:sluice|spring)\\.[^`]+)` \\|");
    private static final Set<String> SETTINGS = find(SETTING, read(Path.of("README.md")))
            .map(setting -> variable(setting.group(1)))
            .collect(Collectors.toUnmodifiableSet());

    private Repository() {}

    /** Whether the README has a setting of which that is the name in the environment. */
    static boolean knowsTheVariable(String name) {
        return OF_SPRING_BOOT.contains(name) || SETTINGS.contains(name.replaceAll("_\\d+_", "_0_"));
    }

    private static String variable(String setting) {
        return setting.replace("[n]", ".0").replace("-", "_").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    static String version() {
        return first("<artifactId>sluice</artifactId>\\s*<version>(.+?)</version>", read(Path.of("pom.xml")));
    }

    static Stream<MatchResult> find(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    static String first(String pattern, String text) {
        return find(Pattern.compile(pattern), text)
                .findFirst()
                .orElseThrow(() -> new AssertionError("Nowhere: " + pattern))
                .group(1);
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
