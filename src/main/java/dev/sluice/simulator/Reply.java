package dev.sluice.simulator;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** What the other side of the socket gets to see. */
sealed interface Reply {

    record Answer(int status, String contentType, String body, Map<String, String> headers) implements Reply {

        static Answer json(int status, JsonNode body) {
            return new Answer(status, "application/json", body.toString(), Map.of());
        }

        Answer with(String header, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(header, value);
            return new Answer(status, contentType, body, Map.copyOf(more));
        }

        /** HTTP knows whole seconds only; a fraction is rounded up, so that nobody comes back too soon. */
        Answer retryAfter(Duration pause) {
            return with(
                    "Retry-After", Long.toString(pause.plusNanos(999_999_999).toSeconds()));
        }
    }

    /** Unnamed server-sent events; each string is the data of one. */
    record Events(Flux<String> data) implements Reply {}

    /** A picture. */
    record Png(byte[] bytes) implements Reply {}

    record Late(Duration by, Reply reply) implements Reply {}

    /** Nothing has been decided yet: the submit is neither accepted nor refused. */
    record Undecided(Mono<Reply> decision) implements Reply {}

    /** An orderly end of the connection, without a word. */
    record Silence() implements Reply {}

    /** A connection reset. */
    record Reset() implements Reply {}

    /** The same reply, whose answer, if it is one, went through a change. */
    default Reply changed(UnaryOperator<Answer> change) {
        return switch (this) {
            case Answer answer -> change.apply(answer);
            case Late late -> new Late(late.by(), late.reply().changed(change));
            case Undecided undecided -> new Undecided(undecided.decision().map(reply -> reply.changed(change)));
            case Events _, Png _, Silence _, Reset _ -> this;
        };
    }
}
