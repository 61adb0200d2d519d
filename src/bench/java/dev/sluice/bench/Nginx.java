package dev.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** nginx, with as many workers as the machine has cores. */
final class Nginx implements AutoCloseable {

    private static final Path NCHAN = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");
    private static final Path PROGRAM = Path.of("/usr/sbin/nginx");
    private static final Duration START = Duration.ofSeconds(10);

    /** Of {@code src/bench}: what both have in common, with the rest put in. */
    private static final String CONFIGURATION = """
        daemon off;
        %s
        worker_processes auto;
        worker_rlimit_nofile 20000;
        error_log stderr error;
        pid nginx.pid;
        events { worker_connections 19000; }
        http {
          access_log off;
          keepalive_requests 1000000000;
          client_body_temp_path body; proxy_temp_path proxied; fastcgi_temp_path fast; uwsgi_temp_path u; scgi_temp_path s;
          %s
        }
        """;

    private static final String HUB = """
        nchan_shared_memory_size 256m;
        server {
          listen 127.0.0.1:%d backlog=4096;
          location = /up { return 204; }
          location = /watch { nchan_subscriber eventsource; nchan_channel_id $arg_id; }
          location = /publish { nchan_publisher; nchan_channel_id $arg_id; nchan_message_buffer_length 100; }
        }
        """;

    private static final String PROXY = """
        upstream image_api { server %2$s; keepalive 64; keepalive_requests 1000000000; }
        server {
          listen 127.0.0.1:%1$d backlog=4096;
          location = /up { return 204; }
          location / { proxy_pass http://image_api; proxy_http_version 1.1; proxy_set_header Connection ""; }
        }
        """;

    private final Child child;
    private final URI address;

    private Nginx(String name, String modules, String servers, int port) {
        address = URI.create("http://127.0.0.1:" + port);
        Path home = Child.HOME.resolve(name).toAbsolutePath();
        try {
            Files.createDirectories(home);
            Files.writeString(home.resolve("nginx.conf"), CONFIGURATION.formatted(modules, servers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        child = Child.start(name, List.of(PROGRAM.toString(), "-p", home.toString(), "-c", "nginx.conf"));
        Until.holds(this::isUp, START, () -> name + " does not answer: see " + home + ".log");
    }

    /** A hub for event streams. */
    static Nginx withNchan() {
        needs(NCHAN, "libnginx-mod-nchan");
        int port = Child.freePort();
        return new Nginx("nchan", "load_module " + NCHAN + ";", HUB.formatted(port), port);
    }

    /** A reverse proxy. */
    static Nginx inFrontOf(URI upstream) {
        int port = Child.freePort();
        return new Nginx("nginx", "", PROXY.formatted(port, upstream.getAuthority()), port);
    }

    private static void needs(Path file, String debianPackage) {
        if (!Files.exists(PROGRAM) || !Files.exists(file)) {
            throw new IllegalStateException("%s is missing: apt-get install nginx %s".formatted(file, debianPackage));
        }
    }

    private boolean isUp() {
        try {
            Call.get(address.resolve("/up"));
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    Child child() {
        return child;
    }

    URI address() {
        return address;
    }

    void publish(String channel, Life.Told event) {
        Call.post(
                address.resolve("/publish?id=" + channel),
                event.data(),
                "X-EventSource-Event",
                event.place() > 0 ? event.name() + "." + event.place() : event.name());
    }

    /** Ends the streams of a channel. */
    void end(String channel) {
        Call.delete(address.resolve("/publish?id=" + channel));
    }

    @Override
    public void close() {
        child.close();
    }
}
