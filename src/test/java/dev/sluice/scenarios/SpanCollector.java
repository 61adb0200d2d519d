package dev.sluice.scenarios;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Somebody who collects spans, as OTLP over HTTP says. */
final class SpanCollector implements AutoCloseable {

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();

    private SpanCollector(HttpServer server) {
        this.server = server;
    }

    static SpanCollector start() {
        try {
            SpanCollector collector = new SpanCollector(HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0));
            collector.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            collector.server.createContext("/v1/traces", exchange -> {
                ExportTraceServiceRequest.parseFrom(exchange.getRequestBody())
                        .getResourceSpansList()
                        .forEach(resource -> resource.getScopeSpansList()
                                .forEach(scope -> collector.spans.addAll(scope.getSpansList())));
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            collector.server.start();
            return collector;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    /** What came so far of that name, in the order in which it ended. */
    List<Span> spans(String name) {
        return spans.stream().filter(span -> span.getName().equals(name)).toList();
    }

    List<Span> spans() {
        return spans;
    }

    static String traceOf(Span span) {
        return HexFormat.of().formatHex(span.getTraceId().toByteArray());
    }

    static String idOf(Span span) {
        return HexFormat.of().formatHex(span.getSpanId().toByteArray());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
