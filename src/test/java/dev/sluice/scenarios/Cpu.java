package dev.sluice.scenarios;

import java.time.Duration;
import java.util.stream.Stream;

/** How much processor time processes have had so far, their children included. */
final class Cpu {

    private Cpu() {}

    static Duration of(Stream<ProcessHandle> processes) {
        return processes
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }
}
