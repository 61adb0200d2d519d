package dev.sluice.deployment;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.JSON;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Whether an object is what Kubernetes says that objects of its kind are: no field that is unknown, none missing. */
final class StrictSchema {

    private static final String MODELS = "io.kubernetes.client.openapi.models.";
    private static final Map<String, String> KINDS = Map.of(
            "v1 ConfigMap", "V1ConfigMap",
            "v1 Namespace", "V1Namespace",
            "v1 Service", "V1Service",
            "v1 ServiceAccount", "V1ServiceAccount",
            "apps/v1 Deployment", "V1Deployment",
            "apps/v1 StatefulSet", "V1StatefulSet",
            "autoscaling/v2 HorizontalPodAutoscaler", "V2HorizontalPodAutoscaler",
            "networking.k8s.io/v1 Ingress", "V1Ingress",
            "networking.k8s.io/v1 NetworkPolicy", "V1NetworkPolicy",
            "policy/v1 PodDisruptionBudget", "V1PodDisruptionBudget");

    /** The Prometheus operator's, which is no kind of Kubernetes' own: the fields of it that are used here. */
    private static final String SERVICE_MONITOR = "monitoring.coreos.com/v1 ServiceMonitor";

    private static final Set<String> OF_A_SERVICE_MONITOR = Set.of("selector", "endpoints");
    private static final Set<String> OF_AN_ENDPOINT = Set.of("port", "path", "interval", "scrapeTimeout");

    /** Fields of which the schema says only that they are texts. */
    private static final Map<String, Set<String>> WORDS = Map.of(
            "protocol", Set.of("TCP", "UDP", "SCTP"),
            "policyTypes", Set.of("Ingress", "Egress"),
            "accessModes", Set.of("ReadWriteOnce", "ReadWriteOncePod"),
            "pathType", Set.of("Prefix", "Exact"),
            "whenUnsatisfiable", Set.of("ScheduleAnyway", "DoNotSchedule"),
            "fsGroupChangePolicy", Set.of("OnRootMismatch", "Always"),
            "unhealthyPodEvictionPolicy", Set.of("AlwaysAllow", "IfHealthyBudget"),
            "whenDeleted", Set.of("Retain", "Delete"),
            "whenScaled", Set.of("Retain", "Delete"));

    private static final Set<String> MAPS_OF_TEXT = Set.of("labels", "annotations", "matchLabels", "data");

    private StrictSchema() {}

    static Stream<String> complaints(JsonNode object) {
        String kind =
                object.path("apiVersion").asString() + " " + object.path("kind").asString();
        Stream<String> ofKind = kind.equals(SERVICE_MONITOR)
                ? ofServiceMonitor(object)
                : KINDS.containsKey(kind) ? ofModel(KINDS.get(kind), object) : Stream.of("unknown kind " + kind);
        return Stream.concat(ofKind, words(object));
    }

    private static Stream<String> ofModel(String model, JsonNode object) {
        JsonElement element = JsonParser.parseString(object.toString());
        try {
            Class<?> type = Class.forName(MODELS + model);
            type.getMethod("validateJsonElement", JsonElement.class).invoke(null, element);
            Objects.requireNonNull(JSON.getGson().fromJson(element, type));
            return Stream.empty();
        } catch (InvocationTargetException e) {
            return Stream.of(String.valueOf(e.getCause()));
        } catch (JsonParseException | IllegalArgumentException e) {
            return Stream.of(e.toString());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<String> ofServiceMonitor(JsonNode object) {
        return Stream.of(
                        unknown(object.path("spec"), OF_A_SERVICE_MONITOR),
                        object.at("/spec/endpoints").valueStream().flatMap(each -> unknown(each, OF_AN_ENDPOINT)),
                        missing(object.path("spec"), OF_A_SERVICE_MONITOR))
                .flatMap(each -> each);
    }

    private static Stream<String> unknown(JsonNode object, Set<String> known) {
        return object.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .map(name -> "unknown field " + name);
    }

    private static Stream<String> missing(JsonNode object, Set<String> required) {
        return required.stream().filter(name -> !object.has(name)).map(name -> "missing field " + name);
    }

    /** What the models read leniently and an API server does not: words of a short list, and texts that are numbers. */
    private static Stream<String> words(JsonNode node) {
        return Stream.concat(
                node.propertyStream().flatMap(part -> words(part.getKey(), part.getValue())),
                node.valueStream().flatMap(StrictSchema::words));
    }

    private static Stream<String> words(String name, JsonNode value) {
        if (MAPS_OF_TEXT.contains(name) && value.isObject()) {
            return value.propertyStream()
                    .filter(entry -> !entry.getValue().isString())
                    .map(entry -> name + " " + entry.getKey() + " must be a text: quote it");
        }
        return Stream.concat(
                WORDS.containsKey(name)
                        ? values(value)
                                .filter(word -> !WORDS.get(name).contains(word.asString()))
                                .map(word -> name + " cannot be " + word)
                        : Stream.empty(),
                name.equals("env") ? value.valueStream().flatMap(StrictSchema::textOfVariable) : words(value));
    }

    private static Stream<String> textOfVariable(JsonNode variable) {
        return variable.has("value") && !variable.path("value").isString()
                ? Stream.of("the value of " + variable.path("name") + " must be a text: quote it")
                : Stream.empty();
    }

    private static Stream<JsonNode> values(JsonNode value) {
        return value.isArray() ? value.valueStream() : List.of(value).stream();
    }
}
