package dev.sluice;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.annotation.Order;

/** Names the settings that choose another port, which who starts Sluice for the first time cannot know. */
@Order(0)
final class PortFailureAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, PortInUseException cause) {
        return new FailureAnalysis(
                "Port " + cause.getPort() + " was already in use.",
                "Stop what listens there, or choose other ports: --server.port=18080 for the API and"
                        + " --management.server.port=18081 for health, meters and the console.",
                cause);
    }
}
