package dev.sluice.deployment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The objects of a kustomization, as kustomize renders them, but for the hash in the names of generated ones.
 *
 * <p>Of what kustomize can do it knows what {@code k8s} uses, and refuses the rest.
 */
final class Manifests {

    static final JsonMapper JSON = JsonMapper.shared();

    private Manifests() {}

    static List<ObjectNode> of(Path directory) {
        ObjectNode kustomization =
                objects(directory.resolve("kustomization.yaml")).getFirst();
        List<ObjectNode> rendered = new ArrayList<>();
        kustomization.propertyStream().forEach(part -> {
            switch (part.getKey()) {
                case "apiVersion", "kind", "namespace", "images" -> {}
                case "resources", "components" ->
                    part.getValue()
                            .forEach(each -> rendered.addAll(resource(
                                    directory.resolve(each.stringValue()).normalize())));
                case "configMapGenerator" -> part.getValue().forEach(each -> rendered.add(configMap(each, directory)));
                default -> throw new IllegalArgumentException("This renders no " + part.getKey() + " of " + directory);
            }
        });
        rendered.forEach(each -> transform(each, kustomization));
        return rendered;
    }

    private static List<ObjectNode> resource(Path path) {
        return Files.isDirectory(path) ? of(path) : objects(path);
    }

    private static List<ObjectNode> objects(Path file) {
        return objects(Repository.read(file));
    }

    /** Names that are given twice are refused: of two equal keys the second one would silently win. */
    static List<ObjectNode> objects(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return StreamSupport.stream(
                        new Yaml(new SafeConstructor(options)).loadAll(yaml).spliterator(), false)
                .map(each -> (ObjectNode) JSON.<JsonNode>valueToTree(each))
                .toList();
    }

    private static ObjectNode configMap(JsonNode generator, Path directory) {
        ObjectNode data = JSON.createObjectNode();
        generator
                .path("envs")
                .valueStream()
                .flatMap(file ->
                        Repository.read(directory.resolve(file.stringValue())).lines())
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("=", 2))
                .forEach(setting -> data.put(setting[0], setting[1]));
        ObjectNode map = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").set("name", generator.path("name"));
        map.set("data", data);
        return map;
    }

    private static void transform(ObjectNode object, ObjectNode kustomization) {
        if (kustomization.has("namespace") && !object.path("kind").stringValue().equals("Namespace")) {
            ((ObjectNode) object.path("metadata")).set("namespace", kustomization.path("namespace"));
        }
        containers(object)
                .forEach(container -> kustomization.path("images").forEach(image -> {
                    if (image.path("name").equals(container.path("image"))) {
                        container.put(
                                "image",
                                image.path("name").stringValue() + ":"
                                        + image.path("newTag").stringValue());
                    }
                }));
    }

    static Stream<ObjectNode> containers(JsonNode workload) {
        return workload.at("/spec/template/spec/containers").valueStream().map(ObjectNode.class::cast);
    }
}
