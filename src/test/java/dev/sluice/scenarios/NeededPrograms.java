package dev.sluice.scenarios;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips a test whose programs are missing; in CI fails it, since there a skip would look like a kept promise. */
final class NeededPrograms implements ExecutionCondition {

    private static final boolean MUST_BE_THERE = Boolean.parseBoolean(System.getenv("CI"));

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), Needs.class)
                .map(NeededPrograms::judge)
                .orElseGet(() -> enabled("needs nothing more"));
    }

    /** Where a program is that was found before. */
    static Path find(String program) {
        return onThePath(program).orElseThrow(() -> new IllegalStateException("Not on the PATH: " + program));
    }

    private static ConditionEvaluationResult judge(Needs needs) {
        List<String> missing = Arrays.stream(needs.value())
                .filter(program -> onThePath(program).isEmpty())
                .toList();
        if (missing.isEmpty()) {
            return enabled("found " + String.join(", ", needs.value()));
        }
        String reason = "Not installed: " + String.join(", ", missing) + ". Install with: " + needs.installedBy();
        if (MUST_BE_THERE) {
            throw new IllegalStateException(reason);
        }
        return disabled(reason);
    }

    private static Optional<Path> onThePath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
