package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.http.MediaType.APPLICATION_JSON;
import static org.springframework.http.MediaType.TEXT_EVENT_STREAM;

import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

class AcceptsTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        */*                                                   | application/json
        application/json                                      | application/json
        text/event-stream                                     | text/event-stream
        TEXT/Event-Stream                                     | text/event-stream
        text/*                                                | text/event-stream
        application/*;q=0.1, text/html                        | application/json
        text/event-stream, application/json                   | application/json
        text/event-stream, application/json;q=0.9             | text/event-stream
        text/event-stream, */*                                | text/event-stream
        text/event-stream, */*;q=0.1                          | text/event-stream
        application/json;q=0.5, text/*;q=0.6                  | text/event-stream
        application/json;q=0, */*                             | text/event-stream
        */*;q=0, application/json;q=0.001                     | application/json
        text/event-stream;charset=utf-8, */*;q=0.5            | text/event-stream
        application/json;q=1.0, text/event-stream;q=1.000     | application/json
        """)
    void takesWhatTheCallerLikesBestAndTheFirstOfferWhereItDoesNotMind(String accept, String best) {
        assertThat(best(accept)).isEqualTo(MediaType.valueOf(best));
    }

    @Test
    void takesTheFirstOfferOfWhoSaysNothing() {
        assertThat(Accepts.best(
                        MockServerWebExchange.from(MockServerHttpRequest.get("/")),
                        APPLICATION_JSON,
                        TEXT_EVENT_STREAM))
                .isEqualTo(APPLICATION_JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "image/*",
                "*/*;q=0",
                "application/json;q=0, text/event-stream;q=0.0, */*",
                "application/problem+json",
                "nonsense",
                "application/json;q=x",
                "application/json;q=-1",
            })
    void refusesWhoAcceptsNoneAndNamesThemAll(String accept) {
        assertThatThrownBy(() -> best(accept)).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.problem().type()).isEqualTo(ProblemType.NOT_ACCEPTABLE);
            assertThat(refusal.problem().detail()).contains("Accept one of [application/json, text/event-stream]");
        });
    }

    private static MediaType best(String accept) {
        return Accepts.best(
                MockServerWebExchange.from(MockServerHttpRequest.get("/").header("Accept", accept)),
                APPLICATION_JSON,
                TEXT_EVENT_STREAM);
    }
}
