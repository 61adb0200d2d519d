package dev.sluice.simulator;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.OptionalInt;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Which question is answered where. */
final class Routes {

    static final String GENERATE = "/api/v1/generate";
    private static final String MODELS = "/api/v1/models";
    private static final String CREDITS = "/api/v1/credits";
    private static final String IMAGES = "/images/";

    private final Desk desk;
    private final Inquiries inquiries;
    private final Faults faults;
    private final Ledger ledger;

    Routes(Desk desk, Inquiries inquiries, Faults faults, Ledger ledger) {
        this.desk = desk;
        this.inquiries = inquiries;
        this.faults = faults;
        this.ledger = ledger;
    }

    Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        ledger.received(request.method().name(), uri.path(), request.uri(), request.requestHeaders());
        return reply(request, uri).flatMapMany(reply -> Wire.send(reply, response));
    }

    private Mono<Reply> reply(HttpServerRequest request, QueryStringDecoder uri) {
        boolean asks = request.method().equals(HttpMethod.GET);
        if (uri.path().startsWith(IMAGES) && asks) {
            return picture(request, uri.path().substring(IMAGES.length()));
        }
        return switch (uri.path()) {
            case GENERATE -> asks ? poll(request, uri) : submit(request);
            case CREDITS -> asks ? Mono.just(inquiries.credits(authorization(request))) : methodNotAllowed();
            case MODELS -> asks ? Mono.just(Answers.models()) : methodNotAllowed();
            default -> Mono.just(Answers.error(404, "Not found"));
        };
    }

    private static Mono<Reply> methodNotAllowed() {
        return Mono.just(Answers.error(405, "Method not allowed"));
    }

    private Mono<Reply> submit(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.POST)) {
            return methodNotAllowed();
        }
        if (faults.forSubmits().takeUnread(SubmitOrder.RESET_UNREAD)) {
            return Mono.just(new Reply.Reset());
        }
        return Wire.body(request)
                .map(body -> submit(SubmitRequest.read(body), authorization(request)))
                .onErrorResume(Wire.TooLong.class, _ -> Mono.just(Answers.tooLong()));
    }

    private Reply submit(SubmitRequest submit, String authorization) {
        ledger.submitReceived(submit.prompt());
        Submission submission = new Submission(desk, submit, authorization);
        return faults.forSubmits()
                .take(submit.prompt())
                .map(fault -> fault.meet(submission))
                .orElseGet(submission::ordinaryAnswer);
    }

    private Mono<Reply> poll(HttpServerRequest request, QueryStringDecoder uri) {
        String id = uri.parameters().getOrDefault("id", List.of("")).getFirst();
        ledger.polled(id);
        Poll poll = inquiries.poll(id, authorization(request));
        return Mono.just(faults.forPolls()
                .take(poll.prompt())
                .map(fault -> fault.meet(poll))
                .orElseGet(poll::ordinaryAnswer));
    }

    private Mono<Reply> picture(HttpServerRequest request, String name) {
        OptionalInt refusal = faults.pictureRefusal(header(request, HttpHeaderNames.USER_AGENT));
        return refusal.isPresent() ? Mono.just(Misfits.status(refusal.getAsInt())) : inquiries.picture(name);
    }

    private static String authorization(HttpServerRequest request) {
        return header(request, HttpHeaderNames.AUTHORIZATION);
    }

    private static String header(HttpServerRequest request, CharSequence name) {
        return request.requestHeaders().get(name, "");
    }
}
