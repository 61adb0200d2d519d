package dev.sluice.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** The form of a file of callers: YAML that says {@code sluice.clients} as an application.yaml does, and nothing else. */
final class ClientsFile {

    private static final long LARGEST = 1024 * 1024;
    private static final String ROOT = "sluice.clients[";

    private ClientsFile() {}

    static String read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IllegalStateException("sluice.clients-file must be no longer than " + LARGEST + " bytes");
        }
        return Files.readString(file);
    }

    /**
     * The callers that it names.
     *
     * @throws IllegalStateException that says which of its lines are no good, and never quotes a key
     */
    static ClientProperties parse(String content) {
        List<PropertySource<?>> sources = sources(content);
        names(sources).filter(name -> !name.startsWith(ROOT)).findFirst().ifPresent(name -> {
            throw new IllegalStateException(
                    "sluice.clients-file must say sluice.clients, as an application.yaml does, and nothing else: not "
                            + name);
        });
        if (names(sources).findFirst().isEmpty()) {
            throw new IllegalStateException("sluice.clients-file names no caller");
        }
        try {
            return new Binder(ConfigurationPropertySources.from(sources))
                    .bindOrCreate(
                            "sluice",
                            Bindable.of(ClientProperties.class),
                            new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
        } catch (BindException e) {
            throw new IllegalStateException("sluice.clients-file: " + inWords(e)); // a cause would quote the value
        }
    }

    private static List<PropertySource<?>> sources(String content) {
        try {
            return new YamlPropertySourceLoader()
                    .load("callers", new ByteArrayResource(content.getBytes(StandardCharsets.UTF_8)));
        } catch (MarkedYAMLException e) {
            throw new IllegalStateException("sluice.clients-file is no YAML: line "
                    + (e.getProblemMark() == null
                            ? "unknown"
                            : e.getProblemMark().getLine() + 1));
        } catch (YAMLException | IllegalStateException | IOException e) {
            throw new IllegalStateException("sluice.clients-file is no YAML that says sluice.clients");
        }
    }

    private static Stream<String> names(List<PropertySource<?>> sources) {
        return sources.stream()
                .filter(EnumerablePropertySource.class::isInstance)
                .flatMap(source -> Arrays.stream(((EnumerablePropertySource<?>) source).getPropertyNames()));
    }

    /** Our own words know what a good value is; Spring's know at least where the wrong one stands. */
    private static String inWords(BindException failure) {
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .map(ClientsFile::words)
                .filter(words -> !words.isEmpty())
                .reduce(failure.getName() + " has no good value", (_, innermost) -> innermost);
    }

    private static String words(Throwable failure) {
        if (failure instanceof UnboundConfigurationPropertiesException unbound) {
            return unbound.getUnboundProperties().stream()
                    .map(ConfigurationProperty::getName)
                    .map(name -> name + " is not a setting of a caller")
                    .findFirst()
                    .orElse("");
        }
        String message = Objects.requireNonNullElse(failure.getMessage(), "");
        return failure.getClass() == IllegalArgumentException.class && message.startsWith("sluice.clients")
                ? message
                : "";
    }
}
