package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be done to a connection before, between and behind requests, and where that ends. */
@SuppressWarnings("NullAway.Init")
class ConnectionTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST = 60;
    private static final String GOOD = "{\"prompt\":\"good\"}";
    private static final String SMUGGLED = "GET /v1/status HTTP/1.1\r\nHost: smuggled\r\n\r\n";

    private static Simulator simulator;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(20))));
        sluice = RunningSluice.inFrontOf(
                simulator,
                store,
                "sluice.connection.max=" + MOST,
                "sluice.connection.max-pipelined=8",
                "sluice.connection.head-timeout=500ms",
                "sluice.connection.unread-timeout=1s");
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    @Nested
    class RequestsThatCouldBeReadInTwoWays {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    "Transfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n0\r\n\r\n",
                    "Content-Length: 17\r\nContent-Length: 17\r\n\r\n" + GOOD,
                    "Content-Length: 17\r\nContent-Length: 0\r\n\r\n" + GOOD,
                    "Content-Length: 17, 17\r\n\r\n" + GOOD,
                    "Content-Length: +17\r\n\r\n" + GOOD,
                    "Content-Length: 0x11\r\n\r\n" + GOOD,
                    "Content-Length : 17\r\n\r\n" + GOOD,
                    "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                    "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                    "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                    "Transfer-Encoding: identity\r\nContent-Length: 17\r\n\r\n" + GOOD,
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\n",
                    "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
                    "Host: another\r\nContent-Length: 17\r\n\r\n" + GOOD,
                    "X: y\nContent-Length: 17\r\n\r\n" + GOOD,
                    "X: y\rContent-Length: 17\r\n\r\n" + GOOD,
                })
        void areRefusedAndNothingAfterThemIsRead(String fieldsAndBody) {
            refusesAndHangsUp(POST + fieldsAndBody);
        }

        /** Half of a body may be a good request: it must not be accepted, and paid, while its sender is told 400. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "0x11\r\n" + GOOD + "\r\n0\r\n\r\n",
                    "+11\r\n" + GOOD + "\r\n0\r\n\r\n",
                    " 11\r\n" + GOOD + "\r\n0\r\n\r\n",
                    "11;a\nb\r\n" + GOOD + "\r\n0\r\n\r\n",
                    "11\n" + GOOD + "\n0\n\n",
                    "11\r\n" + GOOD + "XX0\r\n\r\n",
                    "11\r\n" + GOOD + "\r\nnonsense\r\n\r\n",
                    "11\r\n" + GOOD + "\r\n0\r\nX Y: z\r\n\r\n",
                    "fffffffffffffffff\r\n" + GOOD + "\r\n0\r\n\r\n",
                })
        void areRefusedInTheMiddleOfTheirChunksAndNothingOfThemIsAccepted(String chunks) {
            long accepted = generations();

            refusesAndHangsUp(POST + "Transfer-Encoding: chunked\r\n\r\n" + chunks);

            assertThat(generations()).isEqualTo(accepted);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "GET /v1/status HTTP/1.1\r\n\r\n",
                    "GET /v1/status HTTP/1.1\r\nHost: a, b\r\n\r\n",
                    "GET /v1/status HTTP/1.1\r\nHost: a b@[\r\n\r\n",
                    "GET /v1/status HTTP/1.1\r\nHost: a:99999\r\n\r\n",
                    "GET /v1/status HTTP/2.0\r\nHost: a\r\n\r\n",
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    "GET v1/status HTTP/1.1\r\nHost: a\r\n\r\n",
                    "CONNECT evil:443 HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET file:///etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET /v1/status\r\n\r\n",
                })
        void areRefusedByTheirFirstLineOrTheirHost(String request) {
            refusesAndHangsUp(request);
        }

        private static final String POST = "POST /v1/generations HTTP/1.1\r\nHost: sluice\r\nAuthorization: Bearer "
                + RunningSluice.ALICE + "\r\nContent-Type: application/json\r\nPrefer: respond-async\r\n";

        private static void refusesAndHangsUp(String request) {
            try (BareSocket socket = BareSocket.to(sluice.api())) {
                Answer answer = socket.say(bytes(request + SMUGGLED)).answer();

                assertThat(answer.status()).as(answer.body()).isEqualTo(400);
                assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
                assertThat(answer.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:malformed-request");
                assertThat(socket.isClosed()).as("nothing else is answered").isTrue();
            }
        }

        private static long generations() {
            return sluice.alice()
                    .get("/v1/generations?limit=100")
                    .json()
                    .path("items")
                    .size();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "X: folded\r\n\tover two lines\r\nContent-Length: 17\r\n\r\n" + GOOD,
                    "Transfer-Encoding: CHUNKED\r\n\r\n11;ext=ension\r\n" + GOOD + "\r\n0\r\nX: trailer\r\n\r\n",
                    "Transfer-Encoding: chunked\r\n\r\n0011\r\n" + GOOD + "\r\n0\r\n\r\n",
                })
        void areNotThoseThatAreOnlyOdd(String fieldsAndBody) {
            assertThat(BareSocket.ask(sluice.api(), bytes(POST + fieldsAndBody)).status())
                    .isEqualTo(202);
        }
    }

    @Nested
    class SlowOnes {

        @Test
        void areRefusedWhenAHeadTakesTooLongHoweverOftenAByteComes() throws InterruptedException {
            try (BareSocket socket = BareSocket.to(sluice.api())) {
                socket.say(bytes("GET /v1/status HTTP/1.1\r\nHost: a\r\nX: "));
                Thread drip = Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 200 && meter("sluice_connection_refused_total{bound=\"head_time\"}") < 1; i++) {
                        socket.say(bytes("x"));
                    }
                });

                assertThat(socket.answer().status()).isEqualTo(408);
                drip.join();
                assertThat(socket.isClosed()).isTrue();
            }
        }

        @Test
        void mayTakeTheirTimeBetweenTwoRequests() {
            try (BareSocket socket = BareSocket.to(sluice.api())) {
                String request = "GET /v1/status HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + RunningSluice.ALICE
                        + "\r\n\r\n";
                assertThat(socket.say(bytes(request)).answer().status()).isEqualTo(200);
                long later = System.nanoTime() + Duration.ofMillis(1_200).toNanos();
                await().atMost(PATIENCE).until(() -> System.nanoTime() > later);

                assertThat(socket.say(bytes(request)).answer().status()).isEqualTo(200);
            }
        }

        @Test
        void areCutOffWhenTheyReadNothingOfWhatTheyAskedFor() throws IOException {
            try (Socket socket = askedForMoreThanTheKernelHolds(1_024)) {
                await().atMost(PATIENCE).until(() -> meter("sluice_connection_refused_total{bound=\"unread\"}") >= 1);
            }
        }

        @Test
        void mayReadSlowlyForLongerThanTheyMayReadNothing() throws IOException {
            try (Socket socket = askedForMoreThanTheKernelHolds(64 * 1_024)) {
                socket.setSoTimeout((int) PATIENCE.toMillis());
                InputStream answers = socket.getInputStream();
                double cutOff = meter("sluice_connection_refused_total{bound=\"unread\"}");
                long later = System.nanoTime() + Duration.ofMillis(2_500).toNanos();
                int some = 256 * 1_024; // the kernel asks for more when a third of what it holds is gone
                await().pollInterval(Duration.ofMillis(100)).atMost(PATIENCE).until(() -> {
                    assertThat(answers.readNBytes(some)).hasSize(some);
                    return System.nanoTime() > later;
                });
                assertThat(meter("sluice_connection_refused_total{bound=\"unread\"}"))
                        .isEqualTo(cutOff);
            }
        }

        private Socket askedForMoreThanTheKernelHolds(int receiveBuffer) throws IOException {
            String long1 = "{\"prompt\":\"" + "long ".repeat(6_000) + "\"}";
            assertThat(sluice.bob()
                            .post("/v1/batches", "{\"generations\":[" + (long1 + ",").repeat(29) + long1 + "]}")
                            .status())
                    .isEqualTo(202);
            String list = "GET /v1/generations?limit=100 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                    + RunningSluice.BOB + "\r\n\r\n";
            Socket socket = new Socket();
            socket.setReceiveBufferSize(receiveBuffer);
            socket.connect(
                    new InetSocketAddress(sluice.api().getHost(), sluice.api().getPort()));
            socket.getOutputStream().write(bytes(list.repeat(8)));
            return socket;
        }
    }

    @Test
    void areClosedWhenTooMuchIsAskedAheadOnThem() {
        String request = "GET /v1/generations?limit=1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                + RunningSluice.ALICE + "\r\n\r\n";
        try (BareSocket socket = BareSocket.to(sluice.api())) {
            socket.say(bytes(request.repeat(40)));

            await().atMost(PATIENCE).until(() -> meter("sluice_connection_refused_total{bound=\"pipelined\"}") >= 1);
        }
        try (BareSocket socket = BareSocket.to(sluice.api())) {
            socket.say(bytes(request.repeat(8)));

            for (int i = 0; i < 8; i++) {
                assertThat(socket.answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void areNoMoreThanMayBeAndTheManagementPortStillAnswers() {
        List<BareSocket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < MOST; i++) {
                idle.add(BareSocket.to(sluice.api()));
            }
            await().atMost(PATIENCE).until(() -> meter("sluice_connection_open") >= MOST);

            try (BareSocket oneTooMany = BareSocket.to(sluice.api())) {
                assertThat(oneTooMany.isClosed()).isTrue();
            }
            assertThat(meter("sluice_connection_refused_total{bound=\"connections\"}"))
                    .isPositive();
        } finally {
            idle.forEach(BareSocket::close);
        }
        await().atMost(PATIENCE).until(() -> meter("sluice_connection_open") < MOST);
        assertThat(sluice.alice().get("/v1/status").status()).isEqualTo(200);
    }

    @Test
    void speakNoHttp2SinceItsBoundsAreOthers(@TempDir Path store) {
        assertThatThrownBy(() -> RunningSluice.inFrontOf(simulator, store, "server.http2.enabled=true")
                        .close())
                .hasStackTraceContaining("server.http2.enabled must be false");
    }

    private static double meter(String name) {
        return new Client(sluice.management(), "")
                .get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
