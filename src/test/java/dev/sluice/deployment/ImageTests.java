package dev.sluice.deployment;

import static dev.sluice.deployment.Repository.find;
import static dev.sluice.deployment.Repository.first;
import static dev.sluice.deployment.Repository.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.JsonNode;

class ImageTests {

    private static final String DOCKERFILE = read(Path.of("Dockerfile"));
    private static final String README = read(Path.of("README.md"));
    private static final JsonNode SETTINGS = Manifests.objects(read(Path.of("src/main/resources/application.yaml")))
            .getFirst();
    private static final JsonNode POD = Manifests.of(Path.of("k8s/base")).stream()
            .filter(object -> object.path("kind").stringValue().equals("StatefulSet"))
            .map(object -> object.at("/spec/template/spec"))
            .findFirst()
            .orElseThrow();

    @Test
    void exposesThePortsThatSluiceListensOnAndThePodsName() {
        List<Integer> ports = List.of(
                SETTINGS.at("/server/port").asInt(),
                SETTINGS.at("/management/server/port").asInt());

        assertThat(first("(?m)^EXPOSE (.+)$", DOCKERFILE)).isEqualTo(ports.get(0) + " " + ports.get(1));
        assertThat(POD.at("/containers/0/ports")
                        .valueStream()
                        .map(port -> port.path("containerPort").asInt()))
                .isEqualTo(ports);
        assertThat(read(Path.of("src/docker/healthy"))).contains("${MANAGEMENT_SERVER_PORT:-" + ports.get(1) + "}");
    }

    @Test
    void runsAsAUserThatIsNotRootAndIsANumberSoThatAClusterCanTell() {
        String user = first("(?m)^USER (\\d+:\\d+)$", DOCKERFILE);

        assertThat(user)
                .isEqualTo(POD.at("/securityContext/runAsUser").asString() + ":"
                        + POD.at("/securityContext/runAsGroup").asString())
                .doesNotMatch("0:.*");
    }

    @Test
    void writesNowhereButToItsVolumeAndTheTemporaryDirectory() {
        String store = first("(?m)^VOLUME (.+)$", DOCKERFILE);

        assertThat(DOCKERFILE).contains("SLUICE_STORE_PATH=" + store + "\n");
        assertThat(POD.at("/containers/0/volumeMounts")
                        .valueStream()
                        .filter(mount -> !mount.path("readOnly").asBoolean(false))
                        .map(mount -> mount.path("mountPath").stringValue()))
                .containsExactlyInAnyOrder(store, "/tmp");
        assertThat(POD.at("/containers/0/env")
                        .valueStream()
                        .filter(variable -> variable.path("name").stringValue().equals("SLUICE_STORE_PATH"))
                        .map(variable -> variable.path("value").stringValue()))
                .containsExactly(store);
    }

    @Test
    void runsUnderTheFlagsThatItsCacheWasTrainedUnder() {
        String run = first("(?m)^ENTRYPOINT \\[(.+)]$", DOCKERFILE).replaceAll("[\",]", "");

        assertThat(run).startsWith("java -XX:AOTCache=/sluice/sluice.aot ");
        assertThat(read(Path.of("src/docker/train")))
                .contains("home=${1:-/sluice}")
                .contains(run.replace("-XX:AOTCache=/sluice/sluice.aot", "-XX:AOTCacheOutput=/tmp/sluice.aot")
                        .replaceAll("(@?)/sluice/(\\S+)", "\"$1\\$home/$2\""));
    }

    @Test
    void hasASettingInTheReadmeForEveryVariableThatItSets() {
        assertThat(Stream.of(DOCKERFILE, read(Path.of("src/docker/train")), README)
                        .flatMap(text -> find(Pattern.compile("\\b(SLUICE_[A-Z0-9_]+)=?"), text))
                        .map(variable -> variable.group(1))
                        .filter(variable -> !variable.equals("SLUICE_KEY")) // a caller's, in recipes
                        .distinct())
                .isNotEmpty()
                .allMatch(Repository::knowsTheVariable);
    }

    @Test
    void copiesWhatIsThereAndWhatDockerMaySee() {
        List<String> ignored = read(Path.of(".dockerignore")).lines().toList();

        assertThat(ignored).contains("*");
        assertThat(find(Pattern.compile("(?m)^COPY (?!--from)(.+) \\S+$"), DOCKERFILE)
                        .flatMap(copy -> Stream.of(copy.group(1).split(" ", -1))))
                .isNotEmpty()
                .allMatch(source -> Files.exists(Path.of(source)), "is there")
                .allMatch(
                        source -> ignored.stream()
                                .filter(line -> line.startsWith("!"))
                                .anyMatch(line -> Path.of(source).startsWith(line.substring(1))),
                        "is let through by .dockerignore");
    }

    @Test
    void isCalledInTheReadmeWhatTheBuildAndTheManifestsCallIt() {
        assertThat(find(Pattern.compile("sluice-(\\d[\\d.]*)\\.jar|\\bsluice:(\\d[\\w.]*)"), README)
                        .map(name -> name.group(1) == null ? name.group(2) : name.group(1))
                        .distinct())
                .containsExactly(Repository.version());
    }

    /** Everything else here speaks plain HTTP to a simulator; what only TLS needs may be cut off the class path unseen. */
    @Test
    void hasWhatItTakesToCallAnHttpsAddress() {
        assertThatThrownBy(() -> HttpClient.create()
                        .get()
                        .uri("https://127.0.0.1:1/")
                        .response()
                        .block(Duration.ofSeconds(30)))
                .hasRootCauseInstanceOf(ConnectException.class);
    }
}
