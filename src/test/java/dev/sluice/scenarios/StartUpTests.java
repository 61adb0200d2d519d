package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is set wrongly stops the start, in words for the person who set it. */
@Order(3)
class StartUpTests {

    private static final List<String> GOOD = List.of(
            "server.port=0",
            "management.server.port=0",
            "sluice.upstream.base-url=http://127.0.0.1:1",
            "sluice.upstream.api-key=nb_canary",
            "sluice.clients[0].id=alice",
            "sluice.clients[0].key=alice-canary");

    /** Of alice's key, in capitals. */
    private static final String ALICES_HASH = "E837DA76DE6B8753FFDA32664A1A7C3ECB6C29BDF0BF52EB3C12F0BE4CCA87F1";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        management.opentelemetry.tracing.export.otlp.endpoint=collector:4318 | management.opentelemetry.tracing.export.otlp.endpoint must be the address of a collector, such as http://collector:4318/v1/traces
        sluice.upstream.base-url=nowhere                  | sluice.upstream.base-url must be an http or https address such as https://www.nananobanana.com
        sluice.upstream.base-url=ftp://example.com        | sluice.upstream.base-url must be an http or https address
        sluice.upstream.base-url=https://                 | sluice.upstream.base-url must be an
        sluice.upstream.base-url=https://example.com/     | without /api/v1, a slash at its end
        sluice.upstream.base-url=https://x.com/api/v1     | without /api/v1
        sluice.upstream.base-url=https://x.com?a=b        | sluice.upstream.base-url must be an
        sluice.upstream.base-url=a b                      | sluice.upstream.base-url must be an address such as https://
        sluice.upstream.connect-timeout=0s                | sluice.upstream.connect-timeout must be a positive duration such as 10s, not PT0S
        sluice.upstream.submit-timeout=-1s                | sluice.upstream.submit-timeout must be a positive duration such as 10s
        sluice.upstream.poll-timeout=soon                 | sluice.upstream.poll-timeout must be a duration such as 500ms, 10s or 1h
        sluice.polling.initial-delay=0s                   | sluice.polling.initial-delay must be a positive duration such as 3s
        sluice.polling.interval=0s                        | sluice.polling.interval must be a positive duration such as 3s
        sluice.polling.overdue-interval=-3s               | sluice.polling.overdue-interval must be a positive duration such as 3s
        sluice.polling.overdue-for=0s                     | sluice.polling.overdue-for must be a positive duration such as 3s
        sluice.polling.max-attempts=0                     | sluice.polling.max-attempts must be at least 1, not 0
        sluice.polling.max-attempts=many                  | sluice.polling.max-attempts must be a number such as 10
        sluice.admission.queue-capacity=0                 | sluice.admission.queue-capacity must be at least 1, not 0
        sluice.admission.max-wait=0s                      | sluice.admission.max-wait must be a positive duration such as 10m
        sluice.admission.batch-max-wait=0s                | sluice.admission.batch-max-wait must be a positive duration such as 24h
        sluice.admission.drop-in-max-wait=0s              | sluice.admission.drop-in-max-wait must be a positive duration such as 30s
        sluice.admission.batch-patience=-1s               | sluice.admission.batch-patience must be a duration such as 10m, not PT-1S
        sluice.admission.batch-patience=long              | sluice.admission.batch-patience must be a duration such as 500ms, 10s or 1h
        sluice.admission.limit.initial=0                  | sluice.admission.limit.initial (0) must not be below sluice.admission.limit.min (1)
        sluice.admission.limit.initial=101                | or above sluice.admission.limit.max (100)
        sluice.admission.limit.min=0                      | sluice.admission.limit.min must be at least 1, not 0
        sluice.admission.limit.min=11                     | must not be below sluice.admission.limit.min (11)
        sluice.admission.limit.max=9                      | or above sluice.admission.limit.max (9)
        sluice.admission.limit.max=many                   | sluice.admission.limit.max must be a number such as 10
        sluice.stream.heartbeat=0s                        | sluice.stream.heartbeat and sluice.stream.retry must be positive durations such as 15s
        sluice.stream.max-per-client=0                    | sluice.stream.max-per-client and sluice.stream.max must be at least 1
        sluice.store.type=mysql                           | sluice.store.type must be embedded or postgresql
        sluice.store.type=postgresql                      | spring.datasource.url must be the JDBC address of a PostgreSQL such as jdbc:postgresql://
        sluice.store.lease=1ms                            | sluice.store.lease must be a duration of at least 500ms
        sluice.request.max-body=1B                        | sluice.request.max-body must be between 1KB and 2047MB
        sluice.request.max-body=large                     | sluice.request.max-body must be a size such as 512KB or 1MB
        sluice.request.body-timeout=0s                    | sluice.request.body-timeout must be a positive duration such as 30s
        sluice.clients[0].id=                             | sluice.clients[n].id must be 1 to 64 letters, digits, dots, dashes or underscores
        sluice.clients[0].id=al ice                       | sluice.clients[n].id must be 1 to 64 letters
        sluice.clients[0].key=short                       | sluice.clients[n].key of alice must be at least 8 visible ASCII characters
        sluice.clients[0].key=canary with spaces          | sluice.clients[n].key of alice must be at least 8 visible ASCII characters
        sluice.clients[0].weight=0                        | sluice.clients[n].weight of alice must be between 0.01 and 1000.0, not 0.0
        sluice.clients[0].weight=1001                     | sluice.clients[n].weight of alice must be between 0.01 and 1000.0
        sluice.clients[0].weight=NaN                      | sluice.clients[n].weight of alice must be between 0.01 and 1000.0
        sluice.clients[0].weight=heavy                    | sluice.clients[0].weight must be a number such as 10
        sluice.clients[0].requests-per-minute=0           | sluice.clients[n].requests-per-minute and sluice.clients[n].credits-per-day of alice must be at least 1
        sluice.clients[0].requests-per-minute=all         | sluice.clients[0].requests-per-minute must be a number such as 10
        sluice.clients[0].credits-per-day=0               | sluice.clients[n].credits-per-day of alice must be at least 1
        sluice.clients[0].credits-per-day=all             | sluice.clients[0].credits-per-day must be a number such as 10
        sluice.clients[0].webhook-secrets[0]=canary       | sluice.clients[n].webhook-secrets of alice must be whsec_ and 24 to 64 random bytes in base64
        sluice.webhook.signing-secret=whsec_canary        | sluice.webhook.signing-secret must be whsec_ and 24 to 64 random bytes in base64
        sluice.webhook.allow-private-addresses=perhaps    | sluice.webhook.allow-private-addresses must be true or false
        sluice.clients[0].pass-through=perhaps            | sluice.clients[0].pass-through must be true or false
        sluice.clients[1].id=bob                          | sluice.clients[n].key of bob is missing: set it, or sluice.clients[n].key-sha256
        sluice.clients[0].key-sha256=00                   | sluice.clients[n].key and sluice.clients[n].key-sha256 of alice are both set: keep one
        sluice.clients[0].origins=*                       | sluice.clients[n].origins of alice must be origins as browsers send them, such as https://app.example.com
        sluice.clients[0].origins=https://a.example/      | sluice.clients[n].origins of alice must be origins
        sluice.clients[0].origins=https://a.example:443   | sluice.clients[n].origins of alice must be origins
        sluice.clients[0].origins=https://A.example       | sluice.clients[n].origins of alice must be origins
        sluice.clients[0].origins=https://a.example/x     | sluice.clients[n].origins of alice must be origins
        sluice.clients[0].origins=https://u@a.example     | sluice.clients[n].origins of alice must be origins
        sluice.clients[0].origins=https://*.example       | sluice.clients[n].origins of alice must be origins
        sluice.clients[0].origins=a.example               | sluice.clients[n].origins of alice must be origins
        sluice.clients[0].origins=null                    | sluice.clients[n].origins of alice must be origins
        sluice.jwt.issuer-uri=https://id.example.com      | sluice.jwt.audience is missing: a token that was issued for something else
        sluice.jwt.issuer-uri=id.example.com              | sluice.jwt.issuer-uri must be an http or https address such as https://id.example.com
        sluice.jwt.issuer-uri=https://id.example.com?a=b  | sluice.jwt.issuer-uri must be an http or https address
        sluice.jwt.issuer-uri=a b                         | sluice.jwt.issuer-uri must be an address such as https://
        sluice.jwt.audience=sluice                        | sluice.jwt.audience is set without sluice.jwt.issuer-uri: set both
        sluice.jwt.client-claim=                          | sluice.jwt.client-claim must name a claim such as sub
        sluice.tickets.secret=canary                      | sluice.tickets.secret must be base64 of at least 32 bytes
        sluice.tickets.secret=Y2FuYXJ5                    | sluice.tickets.secret must be base64 of at least 32 bytes
        sluice.tickets.secret=                            | sluice.tickets.secret must be base64 of at least 32 bytes
        sluice.clients[1].key=bob-canary                  | sluice.clients[n].id must be 1 to 64 letters
        """)
    void failsForAWrongValueAndSaysWhatAGoodOneIs(String wrong, String said) {
        fails(said, with(wrong));
    }

    @Test
    void failsForTwoCallersWithOneNameOrOneKey() {
        fails("alice is there twice", with("sluice.clients[1].id=alice", "sluice.clients[1].key=other-canary"));
        fails(
                "bob is there twice, or has the key of another",
                with("sluice.clients[1].id=bob", "sluice.clients[1].key=alice-canary"));
        fails(
                "bob is there twice, or has the key of another",
                with("sluice.clients[1].id=bob", "sluice.clients[1].key-sha256=" + ALICES_HASH));
    }

    @Test
    void failsForAHashThatIsNone() {
        for (String wrong : List.of("canary", "0".repeat(63), "g".repeat(64), "sha256:" + "0".repeat(64))) {
            fails(
                    "sluice.clients[n].key-sha256 of bob must be the SHA-256 of its key: 64 hex digits",
                    with("sluice.clients[1].id=bob", "sluice.clients[1].key-sha256=" + wrong));
        }
    }

    @Test
    void failsWithoutCallersUnlessItIsToBeTried() {
        fails(
                "sluice.clients is empty: nobody could call. Set sluice.clients[0].id and sluice.clients[0].key (or"
                        + " key-sha256), or sluice.clients-file, or sluice.jwt.issuer-uri, or start with the profile"
                        + " simulator",
                without("sluice.clients"));
    }

    @Test
    void failsForAFileOfCallersThatIsNoGoodOrNotTheOnlyPlace() throws IOException {
        Path file = Files.writeString(folder.resolve("callers.yaml"), "sluice.clients[0].id: alice");

        fails("sluice.clients and sluice.clients-file are both set", with("sluice.clients-file=" + file));
        fails("sluice.clients[n].key of alice is missing", withCallersIn(file));
        fails(
                "sluice.clients-file must name a file that can be read, and " + folder.resolve("none"),
                withCallersIn(folder.resolve("none")));
    }

    @Test
    void failsWithoutTheUpstreamsKey() {
        fails("sluice.upstream.api-key is missing: set it", without("sluice.upstream.api-key"));
        fails("sluice.upstream.api-key is missing", with("sluice.upstream.api-key= "));
        fails("sluice.upstream.api-key must hold the image API's key", with("sluice.upstream.api-key=a canary"));
    }

    @Test
    void failsWithTwoPlacesForTheUpstreamsKey() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "nb_canary");

        fails(
                "sluice.upstream.api-key and sluice.upstream.api-key-file are both set: keep one",
                with("sluice.upstream.api-key-file=" + file));
    }

    @Test
    void failsWithAKeyFileThatHoldsNone() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty"));
        Path prose = Files.writeString(folder.resolve("prose"), "the canary is\nin here");

        for (Path file : List.of(folder.resolve("missing"), folder)) {
            fails(
                    "sluice.upstream.api-key-file must name a file that holds the key and can be read, and " + file,
                    withKeyFile(file));
        }
        for (Path file : List.of(empty, prose)) {
            fails("sluice.upstream.api-key-file must hold the image API's key", withKeyFile(file));
        }
    }

    @Test
    void failsOnAStoreThatAnotherProcessHas() {
        try (var _ = RunningSluice.withOnly(with())) {
            String said = fails(
                    "is in use: process %d since "
                            .formatted(ProcessHandle.current().pid()),
                    with());

            assertThat(said).contains(folder.resolve("store").resolve("lock").toString(), "(sluice.store.path)");
        }
    }

    @Test
    void failsOnAStoreThatCannotBeOne() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no directory");
        Path garbage = Files.createDirectory(folder.resolve("garbage"));
        Files.writeString(garbage.resolve("sluice.db"), "This is not a database. ".repeat(1000));

        for (Path store : List.of(file, garbage)) {
            fails("sluice.store.path names a directory that Sluice may write to", with("sluice.store.path=" + store));
        }
    }

    @Test
    void failsOnAPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = "=" + taken.getLocalPort();

            fails("Port " + taken.getLocalPort() + " was already in use", with("server.port" + port));
            fails("Port " + taken.getLocalPort() + " was already in use", with("management.server.port" + port));
        }
    }

    @Test
    void saysWhichSettingsChooseAnotherPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            fails(
                    "choose other ports: --server.port=18080 for the API and --management.server.port=18081",
                    with("server.port=" + taken.getLocalPort()));
        }
    }

    private List<String> with(String... settings) {
        List<String> all = new ArrayList<>(GOOD);
        all.add("sluice.store.path=" + folder.resolve("store"));
        for (String setting : settings) {
            all.removeIf(
                    good -> good.substring(0, good.indexOf('=')).equals(setting.substring(0, setting.indexOf('='))));
            all.add(setting);
        }
        return all;
    }

    private List<String> without(String prefix) {
        return with().stream().filter(setting -> !setting.startsWith(prefix)).toList();
    }

    private List<String> withKeyFile(Path file) {
        List<String> settings = new ArrayList<>(without("sluice.upstream.api-key"));
        settings.add("sluice.upstream.api-key-file=" + file);
        return settings;
    }

    private List<String> withCallersIn(Path file) {
        List<String> settings = new ArrayList<>(without("sluice.clients"));
        settings.add("sluice.clients-file=" + file);
        return settings;
    }

    /** With those words, without a stack trace, and without anybody's key. */
    private static String fails(String words, List<String> settings) {
        String said = Overheard.during(
                () -> assertThatThrownBy(() -> RunningSluice.withOnly(settings)).isNotNull());

        assertThat(said).contains("APPLICATION FAILED TO START", words).doesNotContain("\tat ", "canary");
        return said;
    }
}
