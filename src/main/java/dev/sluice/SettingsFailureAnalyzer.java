package dev.sluice;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionException;
import org.springframework.util.unit.DataSize;

/** Tells who set a property what is wrong with it, instead of where in the code that was noticed. */
@Order(0)
final class SettingsFailureAnalyzer implements FailureAnalyzer {

    private static final Pattern NAMES_A_PROPERTY =
            Pattern.compile("(?<![\\w.])(sluice|management\\.opentelemetry)\\.[a-z]");

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .map(SettingsFailureAnalyzer::inWords)
                .filter(Objects::nonNull)
                .reduce((_, innermost) -> innermost)
                .map(words -> new FailureAnalysis(
                        words,
                        "Correct it where it is set (application.yaml, the environment or the command line), then start"
                                + " again.",
                        failure))
                .orElse(null);
    }

    /** Our own exceptions name the property; what names one in Spring's speaks of beans. */
    private static @Nullable String inWords(Throwable failure) {
        if (failure instanceof BindException bind && bind.getCause() instanceof ConversionException) {
            return bind.getName() + " must be "
                    + goodValue(bind.getTarget().getType().resolve(Object.class));
        }
        String message = failure.getMessage();
        boolean isOurs = failure.getClass() == IllegalArgumentException.class
                || failure.getClass() == IllegalStateException.class
                || failure.getClass().getPackageName().startsWith("dev.sluice");
        return isOurs && message != null && NAMES_A_PROPERTY.matcher(message).find() ? message : null;
    }

    private static String goodValue(Class<?> type) {
        if (type == Duration.class) {
            return "a duration such as 500ms, 10s or 1h";
        }
        if (type == DataSize.class) {
            return "a size such as 512KB or 1MB";
        }
        if (type == URI.class) {
            return "an address such as https://www.nananobanana.com";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(word -> word.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(" or "));
        }
        return type.isPrimitive() || Number.class.isAssignableFrom(type)
                ? "a number such as 10"
                : "a " + type.getSimpleName();
    }
}
