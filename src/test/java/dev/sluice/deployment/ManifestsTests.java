package dev.sluice.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ManifestsTests {

    private static final Path K8S = Path.of("k8s");

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/replicas"})
    void areStrictlyWhatKubernetesKnowsAndFitTogether(String deployment) {
        assertThat(new Rules(everythingOf(deployment)).complaints()).isEmpty();
    }

    /** Each line plants one mistake: in which object, where, what, and what has to be said about it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Deployment              | /spec/template/spec/containers/0/readynessProbe                  | {}              | readynessProbe
        Deployment              | /spec/template/spec/containers/0/resources/limit                 | {}              | limit
        Deployment              | /spec/template/spec/topologySpreadConstraints/0/topologyKey      |                 | topologyKey
        Deployment              | /spec/selector                                                   |                 | selector
        Deployment              | /spec/selector/matchLabels/app.kubernetes.io~1name               | "sluce"         | is not what its pods are labelled
        Deployment              | /spec/strategy/rollingUpdate/maxSurge                            | 3               | too many connections
        Deployment              | /spec/template/spec/containers/0/livenessProbe/httpGet/port      | "managment"     | no container has a port
        Deployment              | /spec/template/spec/containers/0/ports/0/containerPort           | "eighty"        | eighty
        Deployment              | /spec/template/spec/containers/0/env/0/name                      | "SLUICE_STORE_TYP" | SLUICE_STORE_TYP
        Deployment              | /spec/template/spec/containers/0/env/0/value                     | 1               | quote it
        Deployment              | /spec/template/spec/containers/0/envFrom/0/configMapRef/name     | "sluice-setting" | there is no ConfigMap
        Deployment              | /spec/template/spec/containers/0/envFrom/1/secretRef/name        | "sluice-caller" | sluice-caller
        Deployment              | /spec/template/spec/containers/0/volumeMounts/0/name             | "upstreams"     | there is no volume
        Deployment              | /spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem |           | readOnlyRootFilesystem
        Deployment              | /spec/template/spec/containers/0/resources/limits/memory         | "256Mi"         | memory for SLUICE_STREAM_MAX
        Deployment              | /spec/template/spec/serviceAccountName                           | "sluce"         | there is no ServiceAccount
        Deployment              | /spec/template/spec/terminationGracePeriodSeconds                | 90              | terminationGracePeriodSeconds
        Deployment              | /spec/template/spec/enableServiceLinks                           | true            | no variables from Services
        StatefulSet             | /spec/serviceName                                                | "sluice-pod"    | there is no Service
        StatefulSet             | /spec/volumeClaimTemplates/0/spec/accessModes/0                  | "ReadWriteTwice" | ReadWriteTwice
        Service                 | /spec/selector/app.kubernetes.io~1name                           | "sluce"         | selects no pod
        Service                 | /spec/ports/0/targetPort                                         | "htp"           | no container has a port
        Service                 | /spec/ports/0/port                                               |                 | port
        NetworkPolicy           | /spec/egress/0/ports/0/protocol                                  | "UPD"           | protocol cannot be
        PodDisruptionBudget     | /spec/maxUnavailable                                             | {}              | maxUnavailable
        HorizontalPodAutoscaler | /spec/scaleTargetRef/kind                                        | "StatefulSet"   | there is no
        HorizontalPodAutoscaler | /spec/maxReplicas                                                |                 | maxReplicas
        HorizontalPodAutoscaler | /spec/metrics/1/pods/target/averageValue                         | "9000"          | more replicas come only when
        Ingress                 | /metadata/annotations/nginx.ingress.kubernetes.io~1proxy-read-timeout | 360        | quote it
        Ingress                 | /spec/rules/0/http/paths/0/backend/service/port/name             | "https"         | no Service has a port
        Ingress                 | /apiVersion                                                      | "networking.k8s.io/v1beta1" | unknown kind
        ServiceMonitor          | /spec/endpoints/0/prot                                           | "management"    | unknown field prot
        ServiceMonitor          | /spec/selector/matchLabels/app.kubernetes.io~1component          | "managment"     | no Service is labelled
        ConfigMap               | /data/SLUICE_STREAMS_MAX                                         | "5"             | SLUICE_STREAMS_MAX
        """)
    void areRefusedForEachOfTheseMistakes(String kind, String where, @Nullable String what, String complaint) {
        List<ObjectNode> objects = everythingOf(kind.equals("StatefulSet") ? "base" : "overlays/replicas");
        plant(first(kind, objects), JsonPointer.compile(where), what);

        assertThat(new Rules(objects).complaints())
                .isNotEmpty()
                .anySatisfy(said -> assertThat(said).contains(complaint));
    }

    @Test
    void haveTheSamePodsButForWhereTheLogIs() {
        ObjectNode one = (ObjectNode) first("StatefulSet", everythingOf("base")).at("/spec/template/spec");
        ObjectNode replica = (ObjectNode)
                first("Deployment", everythingOf("overlays/replicas")).at("/spec/template/spec");

        Stream.of(one, replica).forEach(pod -> {
            pod.remove(List.of("topologySpreadConstraints", "volumes"));
            ((ObjectNode) pod.at("/containers/0")).remove(List.of("env", "volumeMounts"));
        });

        assertThat(one).isEqualTo(replica);
    }

    @Test
    void areTheVersionOfThisBuild() {
        assertThat(Stream.of("base", "overlays/replicas")
                        .flatMap(deployment -> everythingOf(deployment).stream())
                        .flatMap(Manifests::containers)
                        .map(container -> container.path("image").stringValue()))
                .containsOnly("sluice:" + Repository.version());
    }

    /** The hash that kustomize adds to a generated name is taken off: this renders none. */
    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/replicas"})
    void areWhatKubectlRenders(String deployment) throws Exception {
        assumeTrue(Kubectl.isThere(), "kubectl with kustomize 4 or newer is not installed, so it was not asked");

        String rendered = Kubectl.kustomize(K8S.resolve(deployment)).replaceAll("(sluice-settings)-\\w+", "$1");

        assertThat(Manifests.objects(rendered))
                .containsExactlyInAnyOrderElementsOf(Manifests.of(K8S.resolve(deployment)));
    }

    @Test
    void canBeUsedAsTheReadmeSays() throws Exception {
        assumeTrue(Kubectl.isThere(), "kubectl with kustomize 4 or newer is not installed, so it was not asked");
        String own =
                Repository.first("(?s)```yaml\n(apiVersion: kustomize.*?)```", Repository.read(Path.of("README.md")));
        Path directory = Files.createDirectories(Path.of("target", "kustomization-of-the-readme"));
        Files.writeString(directory.resolve("kustomization.yaml"), own.replace("../sluice/", "../../"));

        List<ObjectNode> rendered =
                Manifests.objects(Kubectl.kustomize(directory).replaceAll("(sluice-settings)-\\w+", "$1"));

        assertThat(new Rules(rendered).complaints()).isEmpty();
        assertThat(first("ConfigMap", rendered)
                        .at("/data/SLUICE_ADMISSION_LIMIT_MAX")
                        .asString())
                .isEqualTo("30");
        assertThat(first("Ingress", rendered).toString()).doesNotContain("sluice.example.com");
    }

    private static List<ObjectNode> everythingOf(String deployment) {
        return Stream.of(deployment, "components/ingress", "components/monitoring")
                .flatMap(part -> Manifests.of(K8S.resolve(part)).stream())
                .toList();
    }

    private static ObjectNode first(String kind, List<ObjectNode> objects) {
        return objects.stream()
                .filter(object -> object.path("kind").stringValue().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    /** Nothing planted takes away what is there. */
    private static void plant(ObjectNode object, JsonPointer where, @Nullable String what) {
        JsonNode parent = object.at(where.head());
        String name = where.last().getMatchingProperty();
        if (parent instanceof ArrayNode array) {
            array.set(where.last().getMatchingIndex(), Manifests.JSON.readTree(what));
        } else if (what == null) {
            ((ObjectNode) parent).remove(name);
        } else {
            ((ObjectNode) parent).set(name, Manifests.JSON.readTree(what));
        }
    }

    /** The program, if its kustomize is new enough to know what a component is. */
    private static final class Kubectl {

        static boolean isThere() throws InterruptedException {
            try {
                return answer("version", "--client").matches("(?s).*Kustomize Version: v([4-9]|\\d\\d).*");
            } catch (IOException e) {
                return false;
            }
        }

        static String kustomize(Path directory) throws IOException, InterruptedException {
            return answer("kustomize", directory.toString());
        }

        private static String answer(String... arguments) throws IOException, InterruptedException {
            Process process = new ProcessBuilder(Stream.concat(Stream.of("kubectl"), Stream.of(arguments))
                            .toList())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        }
    }
}
