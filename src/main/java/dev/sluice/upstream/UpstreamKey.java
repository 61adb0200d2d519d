package dev.sluice.upstream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The key that the upstream knows Sluice by. From a file it is read again every few seconds, so that it can be changed. */
public final class UpstreamKey implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(UpstreamKey.class);
    private static final Duration READ_AGAIN = Duration.ofSeconds(2);

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Disposable reading;
    private volatile String value;

    UpstreamKey(@Nullable String given, @Nullable Path file) {
        if (file == null) {
            value = requireUsable("sluice.upstream.api-key", given == null ? "" : given.strip());
            reading = Disposables.disposed();
        } else {
            value = readOrFail(file);
            reading = Flux.interval(READ_AGAIN, Schedulers.boundedElastic()) // reading a file blocks
                    .onBackpressureDrop()
                    .subscribe(_ -> readAgain(file));
        }
    }

    String value() {
        return value;
    }

    /** Calls the listener whenever the key has changed. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private static String readOrFail(Path file) {
        try {
            return requireUsable(
                    "sluice.upstream.api-key-file", Files.readString(file).strip());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "sluice.upstream.api-key-file must name a file that holds the key and can be read, and %s cannot: %s"
                            .formatted(file, e.getClass().getSimpleName()),
                    e);
        }
    }

    /** Never tells the key. */
    private static String requireUsable(String property, String key) {
        if (!isUsable(key)) {
            throw new IllegalStateException(
                    property + " must hold the image API's key: visible ASCII characters without spaces between them");
        }
        return key;
    }

    private static boolean isUsable(String key) {
        return key.matches("[\\x21-\\x7e]+");
    }

    private void readAgain(Path file) {
        try {
            String now = Files.readString(file).strip();
            if (isUsable(now) && !now.equals(value)) {
                value = now;
                log.info("The upstream's key was changed");
                listeners.forEach(Runnable::run);
            }
        } catch (IOException e) {
            log.warn("The upstream's key could not be read again, the last one stays: {}", e.toString());
        }
    }

    @Override
    public void close() {
        reading.dispose();
    }

    @Override
    public String toString() {
        return "UpstreamKey[***]";
    }
}
