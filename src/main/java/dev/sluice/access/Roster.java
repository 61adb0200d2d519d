package dev.sluice.access;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Who is configured to call: by the settings, or by a file that is read again every few seconds. A file that cannot be
 * read, or says something wrong, changes nothing; a new content counts once it was read twice, since one that is just being
 * written may look like a whole one with fewer callers.
 */
final class Roster implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Roster.class);
    static final Duration READ_AGAIN = Duration.ofSeconds(2);

    private final boolean issuerNamesOthers;
    private final List<Consumer<ClientProperties>> listeners = new CopyOnWriteArrayList<>();
    private final Disposable reading;
    private volatile ClientProperties now;
    private volatile boolean stale;

    private String counting = "";
    private String readBefore = "";
    private String complaint = "";

    /**
     * @param settings with the callers themselves, or the file that has them
     * @param issuerNamesOthers whether tokens may name callers beside those that are configured
     * @param readAgain pause between two readings of that file
     */
    Roster(ClientProperties settings, boolean issuerNamesOthers, Duration readAgain) {
        this.issuerNamesOthers = issuerNamesOthers;
        Path file = settings.clientsFile();
        if (file == null) {
            now = settings;
            reading = Disposables.disposed();
        } else {
            settings.requireNoClients();
            counting = readOrFail(file);
            now = check(counting);
            reading = Flux.interval(readAgain, Schedulers.boundedElastic()) // reading a file blocks
                    .onBackpressureDrop()
                    .subscribe(_ -> readAgain(file));
        }
    }

    ClientProperties now() {
        return now;
    }

    /** Whether what counts is older than the file, which says something wrong or cannot be read. */
    boolean isStale() {
        return stale;
    }

    /** Calls the listener whenever others may call, or call otherwise, than before. */
    void onChange(Consumer<ClientProperties> listener) {
        listeners.add(listener);
    }

    private static String readOrFail(Path file) {
        try {
            return ClientsFile.read(file);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "sluice.clients-file must name a file that can be read, and %s cannot: %s"
                            .formatted(file, e.getClass().getSimpleName()),
                    e);
        }
    }

    /** All that a start would refuse is refused. */
    private ClientProperties check(String content) {
        ClientProperties clients = ClientsFile.parse(content);
        if (!issuerNamesOthers) {
            clients.requireKeys();
        }
        clients.clients().forEach(ClientProperties.Client::signing);
        return clients;
    }

    private void readAgain(Path file) {
        try {
            String content = ClientsFile.read(file);
            boolean isWhole = content.equals(readBefore);
            readBefore = content;
            if (content.equals(counting)) {
                settle(null);
            } else if (isWhole) {
                take(content);
            }
        } catch (IOException e) {
            settle("it cannot be read: " + e.getClass().getSimpleName());
        } catch (RuntimeException e) {
            settle(Optional.ofNullable(e.getMessage()).orElse(e.toString()));
        }
    }

    private void take(String content) {
        ClientProperties before = now;
        now = check(content);
        counting = content;
        settle(null);
        log.info(
                "The callers were changed: before={} now={}",
                before.clients().size(),
                now.clients().size());
        listeners.forEach(listener -> listener.accept(now));
    }

    /** Said once for each thing that is wrong. */
    private void settle(@Nullable String wrong) {
        stale = wrong != null;
        if (wrong != null && !wrong.equals(complaint)) {
            log.warn("The file of callers is not followed, and the last known stay: because={}", wrong);
        }
        complaint = wrong == null ? "" : wrong;
    }

    @Override
    public void close() {
        reading.dispose();
    }
}
