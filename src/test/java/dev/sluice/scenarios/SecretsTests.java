package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Nobody's key, token, ticket or prompt is in any log, of whomever and at any level, in any answer or any endpoint. */
@Isolated
@ExtendWith(OutputCaptureExtension.class)
class SecretsTests {

    private static final String UPSTREAMS_KEY = "nb_CANARY_of_the_upstream";
    private static final String DAVES = "CANARY-key-of-dave";
    private static final String FAYS = "CANARY-key-of-fay";
    private static final String DATABASE_PASSWORD = "CANARY-of-the-database";
    private static final String SIGNING =
            Base64.getEncoder().encodeToString("CANARY of 32 bytes that signs them".getBytes(StandardCharsets.UTF_8));

    private static final String WEBHOOKS = "whsec_"
            + Base64.getEncoder().encodeToString("CANARY that signs every webhook".getBytes(StandardCharsets.UTF_8));

    private static final String DAVES_WEBHOOKS = "whsec_"
            + Base64.getEncoder().encodeToString("CANARY that signs dave's webhooks".getBytes(StandardCharsets.UTF_8));

    /** A dump of the heap has everything in it, and is not even offered unless somebody asks for it; streams never end. */
    private static final List<String> NOT_LOOKED_INTO = List.of("heapdump", "stream");

    @Test
    void areToldNowhere(@TempDir Path store, CapturedOutput output) throws Exception {
        areToldNowhere(store, output, new String[0]);
    }

    @Test
    void areToldNowhereByTheDriverOfAnotherDatabaseEither(@TempDir Path store, CapturedOutput output) throws Exception {
        try (StoppableDatabase database = new StoppableDatabase()) {
            areToldNowhere(store, output, database.settings("spring.datasource.password=" + DATABASE_PASSWORD));
        }
    }

    private static void areToldNowhere(Path store, CapturedOutput output, String... database) throws Exception {
        List<String> secrets = new ArrayList<>(List.of(
                UPSTREAMS_KEY,
                DAVES,
                FAYS,
                SIGNING,
                WEBHOOKS,
                DAVES_WEBHOOKS,
                DATABASE_PASSWORD,
                hash(DAVES),
                hash(FAYS)));
        List<String> answers = new ArrayList<>();
        try (Issuer issuer = new Issuer();
                Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                        .withKey(UPSTREAMS_KEY)
                        .withPace(Pace.fixed(Duration.ofMillis(200))));
                RunningSluice sluice = RunningSluice.inFrontOf(
                        simulator,
                        store,
                        with(
                                database,
                                "logging.level.root=trace",
                                "logging.level.dev.sluice=trace",
                                "management.endpoints.web.exposure.include=*",
                                "sluice.upstream.api-key=" + UPSTREAMS_KEY,
                                "sluice.upstream.submit-timeout=1s",
                                "sluice.tickets.secret=" + SIGNING,
                                "sluice.webhook.signing-secret=" + WEBHOOKS,
                                "sluice.clients[3].webhook-secrets[0]=" + DAVES_WEBHOOKS,
                                "sluice.webhook.allow-private-addresses=true",
                                "sluice.jwt.issuer-uri=" + issuer.uri(),
                                "sluice.jwt.audience=" + Issuer.AUDIENCE,
                                "sluice.clients[3].id=dave",
                                "sluice.clients[3].key=" + DAVES,
                                "sluice.clients[3].pass-through=true",
                                "sluice.clients[4].id=fay",
                                "sluice.clients[4].key-sha256=" + hash(FAYS),
                                "sluice.polling.max-attempts=2",
                                "sluice.polling.overdue-interval=100ms",
                                "sluice.polling.overdue-for=200ms"))) {
            String token = issuer.tokenFor("erin");
            secrets.add(token);
            simulator.faults().submitsOf("CANARY is lost").times(1).loseTheAnswer();
            simulator.faults().submitsOf("CANARY is late").times(1).delayTheAnswer(Duration.ofSeconds(3));
            simulator.faults().submitsOf("CANARY is garbled").times(1).answerGarbage();
            simulator
                    .faults()
                    .submitsOf("CANARY is refused")
                    .times(1)
                    .answer(400, "application/json", "{\"error\":\"CANARY is refused, said " + UPSTREAMS_KEY + "\"}");
            for (String key : List.of(DAVES, FAYS, token)) {
                Client client = sluice.client(key);
                List<String> ids = new ArrayList<>();
                for (String prompt : List.of(
                        "goes well",
                        "goes wrong [fail]",
                        "is unsafe [unsafe]",
                        "is lost",
                        "is late",
                        "is garbled",
                        "is refused")) {
                    ids.add(client.accepted("CANARY " + prompt));
                }
                String told = "{\"prompt\":\"CANARY is told\",\"sluice\":{\"webhookUrl\":\"%s/nobody-there\"}}"
                        .formatted(simulator.baseUrl());
                ids.add(client.post("/v1/generations", told, "Prefer", "respond-async")
                        .json()
                        .path("id")
                        .stringValue());
                for (String id : ids) {
                    client.ending(id);
                    answers.addAll(client.stream("/v1/generations/" + id + "/events").untilItEnds().stream()
                            .map(EventStream.Event::data)
                            .toList());
                }
                String ticket = client.post("/v1/stream-tickets", "{\"generations\":[\"" + ids.getFirst() + "\"]}")
                        .json()
                        .path("ticket")
                        .stringValue();
                secrets.add(ticket);
                answers.addAll(withTicket(sluice, ids, ticket));
                answers.addAll(bad(sluice, client, ticket));
            }
            simulator.faults().submitsOf("CANARY over the drop-in").times(1).answer(500, "text/html", UPSTREAMS_KEY);
            sluice.client(DAVES).post("/api/v1/generate", "{\"prompt\":\"CANARY over the drop-in\",\"mode\":\"sync\"}");
            sluice.client(DAVES).get("/api/v1/credits");
            answers.addAll(endpoints(sluice));
        }

        assertThat(found(secrets, String.join("\n", answers))).isEmpty();
        secrets.add("CANARY"); // a caller may be told what it wrote; a log may not
        assertThat(found(secrets, output.toString())).isEmpty();
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    private static String hash(String key) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> withTicket(RunningSluice sluice, List<String> ids, String ticket) {
        Client nobody = sluice.client("");
        List<String> answers = new ArrayList<>();
        for (String path : List.of(
                "/v1/generations/" + ids.getFirst() + "/events",
                "/v1/generations/" + ids.getLast() + "/events",
                "/v1/generations/" + ids.getFirst() + "/images/0",
                "/v1/status",
                "/v1/generations",
                "/v1/x",
                "/api/v1/x",
                "/index.html")) {
            Answer answer = nobody.get(path + "?ticket=" + ticket);
            if (!answer.header("Content-Type").startsWith("image")) {
                answers.add(answer.toString());
            }
        }
        answers.add(nobody.get("/v1/events?ticket=" + ticket + "x").toString());
        sluice.client(DAVES).get("/api/v1/credits?ticket=" + ticket);
        return answers;
    }

    /** What is wrong with a request is told to its sender, and to nobody else. */
    private static List<String> bad(RunningSluice sluice, Client client, String ticket) {
        client.post("/v1/generations", "{\"prompt\":\"CANARY");
        client.post("/v1/generations", "{\"prompt\":[\"CANARY\"]}");
        client.post("/v1/generations", Client.prompt("CANARY"), "Content-Type", "text/CANARY");
        client.post("/v1/generations", Client.prompt("CANARY"), "Idempotency-Key", "\"CANARY\"");
        client.post("/v1/generations", Client.prompt("CANARY too"), "Idempotency-Key", "\"CANARY\"");
        List<String> answers = new ArrayList<>();
        answers.add(sluice.client("CANARY-of-nobody").get("/v1/generations").toString());
        answers.add(sluice.client("e30.CANARY.e30").get("/v1/generations").toString());
        for (String target : List.of(
                "/v1/events?ticket=" + ticket + "%zz",
                "/v1/events?a=%zz&ticket=" + ticket,
                "/v1/%00?ticket=" + ticket)) {
            answers.add(BareSocket.ask(
                            sluice.api(),
                            ("GET " + target + " HTTP/1.1\r\nHost: sluice\r\nAuthorization: Bearer CANARY\r\n\r\n")
                                    .getBytes(StandardCharsets.UTF_8))
                    .toString());
        }
        return answers;
    }

    /** Every endpoint that the operator could expose, save what is named above. */
    private static List<String> endpoints(RunningSluice sluice) {
        Client operator = new Client(sluice.management(), "");
        return operator.get("/actuator")
                .json()
                .path("_links")
                .valueStream()
                .map(link -> link.path("href").stringValue())
                .filter(link -> !link.contains("{"))
                .filter(link -> NOT_LOOKED_INTO.stream().noneMatch(link::contains))
                .map(link -> link + "\n" + operator.get(link.replaceFirst("https?://[^/]+", "")))
                .toList();
    }

    /** The lines that tell a secret, in short. */
    private static List<String> found(List<String> secrets, String text) {
        Pattern any = Pattern.compile(
                String.join("|", secrets.stream().map(Pattern::quote).toList()));
        return text.lines()
                .filter(line -> any.matcher(line).find())
                .map(line -> line.substring(0, Math.min(line.length(), 600)))
                .limit(50)
                .toList();
    }
}
