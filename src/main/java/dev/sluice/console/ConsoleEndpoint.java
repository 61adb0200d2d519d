package dev.sluice.console;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import reactor.core.publisher.Mono;

/** How everything stands, for the page and for whoever likes JSON better. */
@Endpoint(id = "console")
class ConsoleEndpoint {

    private final Console console;

    ConsoleEndpoint(Console console) {
        this.console = console;
    }

    @ReadOperation
    Mono<Figures> figures() {
        return console.figures();
    }
}
