package dev.sluice.deployment;

import static dev.sluice.deployment.Manifests.containers;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the objects of one deployment have to have in common with each other and with Sluice, which no schema can know.
 *
 * <p>Each rule answers with what is wrong, in words that hold the name of the culprit.
 */
final class Rules {

    /** What the README asks for between the order to stop and anything harsher. */
    private static final int SECONDS_TO_DRAIN = 90;

    /** The memory of an open stream, as measured (README, "How far it goes"). */
    private static final int KILOBYTES_OF_A_STREAM = 16;

    /** A replica's connections to PostgreSQL, and how many PostgreSQL has by default for who is not its superuser. */
    private static final int CONNECTIONS_OF_A_REPLICA = 13;

    private static final int CONNECTIONS_OF_POSTGRESQL = 97;

    private final List<ObjectNode> objects;

    Rules(List<ObjectNode> objects) {
        this.objects = objects;
    }

    List<String> complaints() {
        return Stream.of(
                        objects.stream().flatMap(StrictSchema::complaints),
                        selectors(),
                        portsByName(),
                        references(),
                        mounts(),
                        variables(),
                        secured(),
                        drained(),
                        sized(),
                        databaseConnections())
                .flatMap(each -> each)
                .toList();
    }

    private Stream<String> selectors() {
        Stream<String> ofWorkloads = workloads()
                .filter(workload -> !matches(
                        workload.at("/spec/selector/matchLabels"), workload.at("/spec/template/metadata/labels")))
                .map(workload -> "the selector of " + name(workload) + " is not what its pods are labelled");
        Stream<String> ofOthers = Stream.of(
                        kind("Service").map(service -> service.at("/spec/selector")),
                        kind("PodDisruptionBudget").map(budget -> budget.at("/spec/selector/matchLabels")),
                        kind("NetworkPolicy").map(policy -> policy.at("/spec/podSelector/matchLabels")),
                        workloads()
                                .flatMap(workload -> workload.at("/spec/template/spec/topologySpreadConstraints")
                                        .valueStream())
                                .map(spread -> spread.at("/labelSelector/matchLabels")))
                .flatMap(each -> each)
                .filter(selector -> workloads()
                        .noneMatch(workload -> matches(selector, workload.at("/spec/template/metadata/labels"))))
                .map(selector -> "the selector " + selector + " selects no pod");
        return Stream.concat(ofWorkloads, ofOthers);
    }

    private Stream<String> portsByName() {
        Set<String> ofContainers = allContainers()
                .flatMap(container -> container.path("ports").valueStream())
                .map(port -> port.path("name").asString())
                .collect(Collectors.toSet());
        Set<String> ofServices = kind("Service")
                .flatMap(service -> service.at("/spec/ports").valueStream())
                .map(port -> port.path("name").asString())
                .collect(Collectors.toSet());
        return Stream.concat(
                Stream.of(
                                allContainers().flatMap(Rules::probes).map(probe -> probe.at("/httpGet/port")),
                                kind("Service")
                                        .flatMap(service ->
                                                service.at("/spec/ports").valueStream())
                                        .map(port -> port.path("targetPort")),
                                kind("NetworkPolicy")
                                        .flatMap(policy ->
                                                policy.at("/spec/ingress").valueStream())
                                        .flatMap(from -> from.path("ports").valueStream())
                                        .map(port -> port.path("port")))
                        .flatMap(each -> each)
                        .filter(port -> !ofContainers.contains(port.asString()))
                        .map(port -> "no container has a port " + port),
                Stream.concat(
                                ingressBackends().map(backend -> backend.at("/port/name")),
                                kind("ServiceMonitor")
                                        .flatMap(monitor ->
                                                monitor.at("/spec/endpoints").valueStream())
                                        .map(endpoint -> endpoint.path("port")))
                        .filter(port -> !ofServices.contains(port.asString()))
                        .map(port -> "no Service has a port " + port));
    }

    private static Stream<JsonNode> probes(JsonNode container) {
        return Stream.of("startupProbe", "livenessProbe", "readinessProbe").map(container::path);
    }

    private Stream<JsonNode> ingressBackends() {
        return kind("Ingress")
                .flatMap(ingress -> ingress.at("/spec/rules").valueStream())
                .flatMap(rule -> rule.at("/http/paths").valueStream())
                .map(path -> path.at("/backend/service"));
    }

    /** Secrets are made by hand: each must be one that the README tells how to make. */
    private Stream<String> references() {
        String readme = Repository.read(Path.of("README.md"));
        return Stream.of(
                        missing("ServiceAccount", pods().map(pod -> pod.path("serviceAccountName"))),
                        missing("ConfigMap", environments("configMapRef")),
                        missing("Service", kind("StatefulSet").map(set -> set.at("/spec/serviceName"))),
                        missing("Service", ingressBackends().map(backend -> backend.path("name"))),
                        kind("HorizontalPodAutoscaler")
                                .map(scaler -> scaler.at("/spec/scaleTargetRef"))
                                .filter(target -> kind(target.path("kind").asString())
                                        .noneMatch(object ->
                                                target.path("apiVersion").equals(object.path("apiVersion"))
                                                        && target.path("name")
                                                                .asString()
                                                                .equals(name(object))))
                                .map(target -> "there is no " + target),
                        kind("ServiceMonitor")
                                .map(monitor -> monitor.at("/spec/selector/matchLabels"))
                                .filter(selector -> kind("Service")
                                        .noneMatch(service -> matches(selector, service.at("/metadata/labels"))))
                                .map(selector -> "no Service is labelled " + selector),
                        secrets()
                                .distinct()
                                .filter(secret -> !readme.contains("create secret generic " + secret + " ")
                                        && !readme.contains("create secret tls " + secret + " "))
                                .map(secret -> "the README does not say how to make the Secret " + secret))
                .flatMap(each -> each);
    }

    private Stream<String> missing(String kind, Stream<JsonNode> names) {
        return names.filter(name -> kind(kind).noneMatch(object -> name(object).equals(name.asString())))
                .map(name -> "there is no " + kind + " " + name);
    }

    private Stream<JsonNode> environments(String reference) {
        return allContainers()
                .flatMap(container -> container.path("envFrom").valueStream())
                .map(from -> from.at("/" + reference + "/name"))
                .filter(JsonNode::isString);
    }

    private Stream<String> secrets() {
        return Stream.of(
                        environments("secretRef"),
                        allContainers()
                                .flatMap(container -> container.path("env").valueStream())
                                .map(variable -> variable.at("/valueFrom/secretKeyRef/name")),
                        pods().flatMap(pod -> pod.path("volumes").valueStream())
                                .map(volume -> volume.at("/secret/secretName")),
                        kind("Ingress")
                                .flatMap(ingress -> ingress.at("/spec/tls").valueStream())
                                .map(tls -> tls.path("secretName")))
                .flatMap(each -> each)
                .filter(JsonNode::isString)
                .map(JsonNode::asString);
    }

    private Stream<String> mounts() {
        return workloads().flatMap(workload -> {
            Set<String> volumes = Stream.concat(
                            workload.at("/spec/template/spec/volumes").valueStream(),
                            workload.at("/spec/volumeClaimTemplates")
                                    .valueStream()
                                    .map(claim -> claim.path("metadata")))
                    .map(volume -> volume.path("name").asString())
                    .collect(Collectors.toSet());
            Set<String> mounted = containers(workload)
                    .flatMap(container -> container.path("volumeMounts").valueStream())
                    .map(mount -> mount.path("name").asString())
                    .collect(Collectors.toSet());
            return Stream.concat(
                    mounted.stream()
                            .filter(Predicate.not(volumes::contains))
                            .map(mount -> "there is no volume " + mount),
                    volumes.stream()
                            .filter(Predicate.not(mounted::contains))
                            .map(volume -> "nobody mounts the volume " + volume));
        });
    }

    private Stream<String> variables() {
        return Stream.concat(
                        allContainers()
                                .flatMap(container -> container.path("env").valueStream())
                                .map(variable -> variable.path("name").asString()),
                        kind("ConfigMap").flatMap(map -> map.path("data").propertyNames().stream()))
                .filter(name -> !Repository.knowsTheVariable(name))
                .map(name -> "the README has no setting for " + name);
    }

    /** What Kubernetes calls "restricted", and a root file system that nobody can write to. */
    private Stream<String> secured() {
        String user = Repository.first("(?m)^USER (\\d+):", Repository.read(Path.of("Dockerfile")));
        Stream<String> ofPods = pods().flatMap(pod -> Stream.of(
                demand(pod.at("/securityContext/runAsNonRoot").asBoolean(false), "runAsNonRoot"),
                demand(pod.at("/securityContext/runAsUser").asString().equals(user), "the image's user in runAsUser"),
                demand(
                        pod.at("/securityContext/seccompProfile/type")
                                .asString()
                                .equals("RuntimeDefault"),
                        "seccomp RuntimeDefault"),
                demand(!pod.path("automountServiceAccountToken").asBoolean(true), "no token"),
                demand(!pod.path("enableServiceLinks").asBoolean(true), "no variables from Services")));
        Stream<String> ofContainers = allContainers()
                .map(container -> container.path("securityContext"))
                .flatMap(context -> Stream.of(
                        demand(context.path("readOnlyRootFilesystem").asBoolean(false), "readOnlyRootFilesystem"),
                        demand(
                                !context.path("allowPrivilegeEscalation").asBoolean(true),
                                "allowPrivilegeEscalation: false"),
                        demand(context.at("/capabilities/drop/0").asString().equals("ALL"), "no capability")));
        return Stream.concat(ofPods, ofContainers).filter(Predicate.not(String::isEmpty));
    }

    private static String demand(boolean kept, String what) {
        return kept ? "" : "a pod should have " + what;
    }

    private Stream<String> drained() {
        return pods().filter(pod -> pod.path("terminationGracePeriodSeconds").asInt(30)
                        < pod.at("/containers/0/lifecycle/preStop/sleep/seconds")
                                        .asInt(0)
                                + SECONDS_TO_DRAIN)
                .map(_ -> "terminationGracePeriodSeconds must be preStop and " + SECONDS_TO_DRAIN + " s at least");
    }

    /** Half of the memory is heap; full of streams, half of that is left for everything else. */
    private Stream<String> sized() {
        int streams = kind("ConfigMap")
                .map(map -> map.at("/data/SLUICE_STREAM_MAX"))
                .mapToInt(JsonNode::asInt)
                .sum();
        Stream<String> memory = allContainers()
                .map(container -> container.path("resources"))
                .flatMap(resources -> Stream.of(
                                demand(
                                        resources.at("/limits/memory").equals(resources.at("/requests/memory")),
                                        "as much memory requested as its limit says"),
                                demand(
                                        mebibytes(resources.at("/limits/memory").asString()) * 1024 / 4
                                                >= streams * KILOBYTES_OF_A_STREAM,
                                        "memory for SLUICE_STREAM_MAX"))
                        .filter(Predicate.not(String::isEmpty)));
        Stream<String> scaling = kind("HorizontalPodAutoscaler")
                .flatMap(scaler -> scaler.at("/spec/metrics").valueStream())
                .map(metric -> metric.at("/pods/target/averageValue"))
                .filter(target -> target.asInt(0) >= streams)
                .map(target -> "more replicas come only when each has " + target + " streams, and it takes " + streams);
        return Stream.concat(memory, scaling);
    }

    private static int mebibytes(String quantity) {
        return quantity.endsWith("Gi")
                ? 1024 * Integer.parseInt(quantity.replace("Gi", ""))
                : Integer.parseInt(quantity.replace("Mi", ""));
    }

    private Stream<String> databaseConnections() {
        int surge = kind("Deployment")
                .map(deployment -> deployment.at("/spec/strategy/rollingUpdate/maxSurge"))
                .mapToInt(JsonNode::asInt)
                .sum();
        return kind("HorizontalPodAutoscaler")
                .map(scaler -> scaler.at("/spec/maxReplicas").asInt())
                .filter(most -> (most + surge) * CONNECTIONS_OF_A_REPLICA > CONNECTIONS_OF_POSTGRESQL)
                .map(most -> most + " replicas and " + surge + " more have too many connections");
    }

    private Stream<ObjectNode> kind(String kind) {
        return objects.stream().filter(object -> object.path("kind").asString().equals(kind));
    }

    private Stream<ObjectNode> workloads() {
        return Stream.concat(kind("StatefulSet"), kind("Deployment"));
    }

    private Stream<JsonNode> pods() {
        return workloads().map(workload -> workload.at("/spec/template/spec"));
    }

    private Stream<ObjectNode> allContainers() {
        return workloads().flatMap(Manifests::containers);
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asString();
    }

    private static boolean matches(JsonNode selector, JsonNode labels) {
        return !selector.isEmpty()
                && selector.propertyStream().allMatch(label -> label.getValue().equals(labels.path(label.getKey())));
    }
}
