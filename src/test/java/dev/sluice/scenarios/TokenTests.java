package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of an issuer, beside gateway keys. */
@SuppressWarnings("NullAway.Init")
class TokenTests {

    private static final String LIST = "/v1/generations";

    private static Simulator simulator;
    private static Issuer issuer;
    private static ECKey curve;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start();
        issuer = new Issuer();
        curve = issuer.publish(Issuer.ec("curve"));
        sluice = inFrontOf(store, issuer);
    }

    private static RunningSluice inFrontOf(Path store, Issuer issuer, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "sluice.jwt.issuer-uri=" + issuer.uri(),
                "sluice.jwt.audience=" + Issuer.AUDIENCE,
                "sluice.clients[3].id=only-by-token",
                "sluice.clients[3].requests-per-minute=7"));
        all.addAll(List.of(settings));
        return RunningSluice.inFrontOf(simulator, store, all.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        sluice.close();
        issuer.close();
        simulator.close();
    }

    @Nested
    class AreRefused {

        static Stream<Arguments> tokens() throws Exception {
            Instant now = Instant.now();
            RSAKey stranger = Issuer.rsa("first");
            JWTClaimsSet good = issuer.claims().build();
            String[] parts = issuer.tokenFor("erin").split("\\.");
            return Stream.of(
                    arguments(
                            "expired", issuer.token(claims -> claims.expirationTime(ago(now, Duration.ofMinutes(2))))),
                    arguments("without an end", issuer.token(claims -> claims.expirationTime(null))),
                    arguments(
                            "not yet valid",
                            issuer.token(claims -> claims.notBeforeTime(ago(now, Duration.ofMinutes(-3))))),
                    arguments("of another issuer", issuer.token(claims -> claims.issuer("http://127.0.0.1/other"))),
                    arguments("of no issuer", issuer.token(claims -> claims.issuer(null))),
                    arguments("for somebody else", issuer.token(claims -> claims.audience("another-service"))),
                    arguments("for nobody", issuer.token(claims -> claims.audience((String) null))),
                    arguments("naming nobody", issuer.token(claims -> claims.subject(null))),
                    arguments("naming nobody in an empty claim", issuer.tokenFor("")),
                    arguments("naming several", issuer.token(claims -> claims.claim("sub", List.of("erin", "alice")))),
                    arguments("naming a line of a log", issuer.tokenFor("erin\n2026 INFO caller=alice")),
                    arguments("naming somebody at great length", issuer.tokenFor("e".repeat(129))),
                    arguments("unsigned", new PlainJWT(good).serialize()),
                    arguments("unsigned, and saying RS256", parts[0] + "." + parts[1] + "."),
                    arguments(
                            "signed with none",
                            base64("{\"alg\":\"none\",\"kid\":\"first\"}") + "." + parts[1] + "." + parts[2]),
                    arguments("signed with the public key as a secret", signedWithThePublicKey(good)),
                    arguments("signed by a stranger under the same key id", Issuer.signed(stranger, good)),
                    arguments(
                            "signed on a curve by a stranger under the same key id",
                            Issuer.signed(Issuer.ec("curve"), good)),
                    arguments(
                            "signed on a curve under the id of another kind of key",
                            Issuer.signed(Issuer.ec("first"), good)),
                    arguments("signed on a curve, for somebody else", Issuer.signed(curve, forSomebodyElse())),
                    arguments("signed under an unknown key id", Issuer.signed(Issuer.rsa("nobody-s"), good)),
                    arguments("bringing its own key", bringingItsOwnKey(good)),
                    arguments(
                            "of another type", Issuer.signed(issuer.firstKey(), new JOSEObjectType("dpop+jwt"), good)),
                    arguments(
                            "with other claims than were signed",
                            parts[0] + "." + base64(good.toString().replace("erin", "alice")) + "." + parts[2]),
                    arguments("of garbage", "e30.e30.e30"),
                    arguments("cut off", parts[0] + "." + parts[1]));
        }

        private static JWTClaimsSet forSomebodyElse() {
            return issuer.claims().audience("another-service").build();
        }

        private static Date ago(Instant now, Duration time) {
            return Date.from(now.minus(time));
        }

        private static String base64(String text) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        private static String signedWithThePublicKey(JWTClaimsSet claims) throws JOSEException {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(), claims);
            token.sign(new MACSigner(issuer.firstKey().toRSAPublicKey().getEncoded()));
            return token.serialize();
        }

        private static String bringingItsOwnKey(JWTClaimsSet claims) throws JOSEException {
            RSAKey own = Issuer.rsa("own");
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .jwk(own.toPublicJWK())
                            .keyID("first")
                            .build(),
                    claims);
            token.sign(new RSASSASigner(own));
            return token.serialize();
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("tokens")
        void whenTheyAre(String what, String token) {
            Answer answer = sluice.client(token).get(LIST);

            assertThat(answer.status()).as(answer.body()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
            assertThat(answer.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:unauthorized");
            assertThat(answer.body()).doesNotContain(token, "127.0.0.1");
        }

        @Test
        void withoutAskingTheIssuerForEachUnknownKey() {
            int before = issuer.timesAsked();

            IntStream.range(0, 30)
                    .mapToObj(i -> Issuer.signed(
                            withKeyId("random-" + i), issuer.claims().build()))
                    .forEach(token ->
                            assertThat(sluice.client(token).get(LIST).status()).isEqualTo(401));

            assertThat(issuer.timesAsked() - before).isLessThanOrEqualTo(2);
        }

        private static RSAKey withKeyId(String id) {
            return new RSAKey.Builder(issuer.firstKey()).keyID(id).build();
        }
    }

    @Nested
    class NameACaller {

        @ParameterizedTest
        @ValueSource(
                strings = {"erin", "auth0|5f7c8ec7c33c6c004bbafe82", "0000-aaaa@clients", "https://id.example.com/u/7"})
        void whoSeesWhatIsItsOwnAndNobodyElses(String name) {
            Client erin = sluice.client(issuer.tokenFor(name));
            String id = erin.accepted("a fox of " + name);

            assertThat(erin.get(LIST + "/" + id).status()).isEqualTo(200);
            assertThat(sluice.alice().get(LIST + "/" + id).status()).isEqualTo(404);
            assertThat(sluice.client(issuer.tokenFor("frank"))
                            .get(LIST + "/" + id)
                            .status())
                    .isEqualTo(404);
        }

        @Test
        void whoIsTheOneOfThatNameInTheSettings() {
            String id = sluice.alice().accepted("by key");

            assertThat(sluice.client(issuer.tokenFor("alice"))
                            .get(LIST + "/" + id)
                            .status())
                    .isEqualTo(200);
        }

        @Test
        void whoHasTheSettingsOfThatNameElseTheUsualOnes() {
            assertThat(perMinute("only-by-token")).isEqualTo(7);
            assertThat(perMinute("somebody-new")).isEqualTo(60);
            assertThat(sluice.client(issuer.tokenFor("somebody-new"))
                            .get("/api/v1/anything")
                            .status())
                    .isEqualTo(404);
        }

        private static int perMinute(String caller) {
            return sluice.client(issuer.tokenFor(caller))
                    .get("/v1/status")
                    .json()
                    .path("quota")
                    .path("requests")
                    .path("perMinute")
                    .intValue();
        }

        @Test
        void alsoSignedOnACurve() {
            Client erin = sluice.client(Issuer.signed(curve, issuer.claims().build()));
            String id = erin.accepted("a fox on a curve");

            assertThat(sluice.client(issuer.tokenFor("erin"))
                            .get(LIST + "/" + id)
                            .status())
                    .as("the same caller, however its token is signed")
                    .isEqualTo(200);
        }

        @Test
        void alsoAsAccessTokens() {
            JWTClaimsSet claims =
                    issuer.claims().audience(List.of("other", Issuer.AUDIENCE)).build();

            assertThat(status(Issuer.signed(issuer.firstKey(), new JOSEObjectType("at+jwt"), claims)))
                    .isEqualTo(200);
        }

        @Test
        void whileTheirClocksDifferALittle() {
            Instant now = Instant.now();

            assertThat(status(issuer.token(claims -> claims.expirationTime(Date.from(now.minusSeconds(20))))))
                    .isEqualTo(200);
            assertThat(status(issuer.token(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(20))))))
                    .isEqualTo(200);
        }
    }

    private static int status(String token) {
        return sluice.client(token).get(LIST).status();
    }

    @Test
    void letKeysIn() {
        assertThat(sluice.alice().get(LIST).status()).isEqualTo(200);
        assertThat(sluice.client("nobody-s-key").get(LIST).status()).isEqualTo(401);
        assertThat(sluice.client("").get(LIST).status()).isEqualTo(401);
    }

    /** With an issuer of its own, which was away when Sluice started. */
    @Nested
    class OfAnIssuerThatIsAway {

        @Test
        void areToldToComeBackWhileKeysGoOnAndAreReadOnceItIsThere(@TempDir Path store) {
            try (Issuer away = new Issuer()) {
                away.goAway();
                try (RunningSluice started = inFrontOf(store, away, "sluice.jwt.client-claim=azp")) {
                    Client app = started.client(away.token(claims -> claims.claim("azp", "app")));

                    Answer answer = app.get(LIST);

                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.json().path("type").stringValue())
                            .isEqualTo("urn:sluice:problem:issuer-unreachable");
                    assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
                    assertThat(answer.body()).doesNotContain("127.0.0.1");
                    assertThat(app.get("/api/v1/models").status()).isEqualTo(503);
                    assertThat(started.alice().get(LIST).status()).isEqualTo(200);

                    away.comeBack();

                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> app.get(LIST).status() == 200);

                    RSAKey second = away.publish(Issuer.rsa("second"));
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> started.client(Issuer.signed(
                                                    second,
                                                    away.claims()
                                                            .claim("azp", "app")
                                                            .build()))
                                            .get(LIST)
                                            .status()
                                    == 200);

                    away.goAway();

                    assertThat(app.get(LIST).status()).as("its key is known").isEqualTo(200);
                }
            }
        }
    }
}
