package dev.sluice.upstream;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * A client for each thread, with connections of its own: Reactor Netty opens one on the event loop that asks for it, and so
 * a question and its answer stay on the thread of the caller's socket. Out of a pool that all share, most would come from
 * another thread, which would have to be woken up for the question, as this one for the answer.
 */
final class NearbyClients implements AutoCloseable {

    private final List<ConnectionProvider> pools = new CopyOnWriteArrayList<>();
    private final FastThreadLocal<HttpClient> here;

    NearbyClients(Supplier<ConnectionProvider> pool, Function<ConnectionProvider, HttpClient> client) {
        here = new FastThreadLocal<>() {
            @Override
            protected HttpClient initialValue() {
                ConnectionProvider connections = pool.get();
                pools.add(connections);
                return client.apply(connections);
            }
        };
    }

    /** That of the thread that asks. */
    HttpClient here() {
        return here.get();
    }

    @Override
    public void close() {
        pools.forEach(ConnectionProvider::dispose);
    }
}
