package dev.sluice.scenarios;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
        return onThePath(program)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Not on the PATH: " + program));
    }

    /** Where a Python is that knows the module: the first on the PATH may be one that does not. */
    static Path findPythonWith(String module) {
        return pythonWith(module)
                .orElseThrow(() -> new IllegalStateException("No python3 on the PATH knows " + module));
    }

    private static ConditionEvaluationResult judge(Needs needs) {
        List<String> missing = Stream.concat(
                        Arrays.stream(needs.value())
                                .filter(program ->
                                        onThePath(program).findFirst().isEmpty()),
                        Stream.of(needs.pythonModule())
                                .filter(module -> !module.isEmpty())
                                .filter(module -> pythonWith(module).isEmpty()))
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

    private static Optional<Path> pythonWith(String module) {
        return onThePath("python3").filter(python -> knows(python, module)).findFirst();
    }

    private static boolean knows(Path python, String module) {
        try {
            return new ProcessBuilder(python.toString(), "-c", "import " + module)
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Stream<Path> onThePath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable);
    }
}
