package dev.sluice.journal;

import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import reactor.core.publisher.Mono;

/** Where the log lives: runs units of work against its tables, on threads of its own. */
interface Store extends AutoCloseable {

    /**
     * A unit of work: blocking, short, and without effects outside the database, since it may be undone and begun again.
     */
    interface Work<T> {
        T with(JdbcClient db);
    }

    /**
     * Runs the work in a transaction and answers after its commit. Work that throws leaves nothing behind and ends in
     * that exception; a store that cannot commit ends in {@link JournalUnavailable}. Once begun, cancel does not undo it.
     *
     * @param committed told the result after the commit and before the answer, on the store's thread, even if nobody
     *     waits for the answer any more; must be quick and must not throw
     */
    <T> Mono<T> write(Work<T> work, Consumer<? super T> committed);

    /** The same, while nobody else has that turn: it sees all that was committed in the turns before its own. */
    <T> Mono<T> write(Turn turn, Work<T> work, Consumer<? super T> committed);

    /** Runs the work on what is committed. */
    <T> Mono<T> read(Work<T> work);

    /** Whether there is room to begin something new; what is under way is written even into the last of it. */
    boolean hasRoom();

    /** The right of this process to own what is in the log. */
    Lease lease();

    /** Lets other processes know what this one has committed; never waits. Most hints arrive, not all. */
    void tellOthers(Hint hint);

    /** Calls the listener when another process has recorded something; it must be quick. Most hints arrive, not all. */
    void onHint(Consumer<Hint> listener);

    /** Ends when all work that was taken is done. */
    @Override
    void close();
}
