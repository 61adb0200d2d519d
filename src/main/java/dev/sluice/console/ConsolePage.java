package dev.sluice.console;

import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * The page, on the management port only: a part of that context, which META-INF/spring names, and for that reason no
 * {@code @Configuration}, which the scan of the API's context would find.
 */
class ConsolePage {

    private static final String LIBRARY = "META-INF/resources/webjars/uplot/1.6.30/dist/";

    /** By their names; what is not among them is not served. */
    private static final Map<String, String> FILES = Map.of(
            "colours.css",
            "static/colours.css",
            "console.js",
            "console/console.js",
            "console.css",
            "console/console.css",
            "uPlot.js",
            LIBRARY + "uPlot.iife.min.js",
            "uPlot.css",
            LIBRARY + "uPlot.min.css");

    /** Nothing of anybody else's, nothing inline, and in nobody's frame. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    @Bean
    RouterFunction<ServerResponse> consolePages() {
        return RouterFunctions.route()
                .GET("/console", _ -> answer(new ClassPathResource("console/index.html")))
                .GET("/console/{file}", request -> file(request.pathVariable("file")))
                .build();
    }

    private static Mono<ServerResponse> file(String name) {
        String path = FILES.get(name);
        return path == null ? ServerResponse.notFound().build() : answer(new ClassPathResource(path));
    }

    private static Mono<ServerResponse> answer(Resource file) {
        return ServerResponse.ok()
                .contentType(MediaTypeFactory.getMediaType(file).orElse(MediaType.APPLICATION_OCTET_STREAM))
                .cacheControl(CacheControl.noCache())
                .header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .bodyValue(file);
    }
}
