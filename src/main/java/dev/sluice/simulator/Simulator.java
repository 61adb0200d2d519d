package dev.sluice.simulator;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/**
 * A stand-in for the upstream image API, on a port of its own on 127.0.0.1.
 *
 * <p>It takes submits, charges for them and draws pictures. What a prompt says decides what becomes of it:
 * {@code [fail]} fails, {@code [unsafe]} meets the content safety check, {@code [slow]} takes ten times as long,
 * {@code [many]} makes four pictures. Tests order further misfortune from {@link #faults} and read in the
 * {@link #ledger} what was really accepted and paid for.
 *
 * <p>Starting, stopping and closing block: they are not for event loops.
 */
public final class Simulator implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    // An event loop of its own: a stand-in that shared the gateway's would stall and be stalled in ways no upstream is.
    private final LoopResources loops = LoopResources.create("simulator", 1, true);

    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Account account;
    private final Ledger ledger;
    private final Faults faults = new Faults();
    private final Desk desk;
    private final Inquiries inquiries;
    private final Routes routes;
    private volatile int port;
    private @Nullable DisposableServer server;

    private Simulator(SimulatorSettings settings) {
        Generations generations = new Generations();
        Answers answers = new Answers(this::baseUrl);
        port = settings.port();
        account = new Account(settings.key(), settings.credits(), settings.taskLimit());
        ledger = new Ledger(account, settings.clock());
        desk = new Desk(settings, account, generations, ledger, answers);
        inquiries = new Inquiries(account, generations, answers, settings.clock());
        routes = new Routes(desk, inquiries, faults, ledger);
    }

    public static Simulator start() {
        return start(SimulatorSettings.defaults());
    }

    public static Simulator start(SimulatorSettings settings) {
        Simulator simulator = new Simulator(settings);
        simulator.comeBack();
        return simulator;
    }

    /** Such as {@code http://127.0.0.1:40001}: the upstream's address without {@code /api/v1}. */
    public URI baseUrl() {
        return URI.create("http://" + HOST + ":" + port);
    }

    public Ledger ledger() {
        return ledger;
    }

    public Faults faults() {
        return faults;
    }

    /** From now on this is the only key it knows. */
    public void changeKey(String key) {
        account.changeKey(key);
    }

    /** Tasks beyond a lower limit run to their ends; no new one starts before there is room. */
    public void allowTasks(int limit) {
        account.allow(limit);
    }

    /** From now on the account holds so many credits. */
    public void holdCredits(long credits) {
        account.hold(credits);
    }

    /** For the tasks that start from now on. */
    public void keep(Pace pace) {
        desk.keep(pace);
    }

    /** From now on tasks that a simulator before this one took with it have failed, and are not unknown. */
    void failWhatAnotherTookWithIt() {
        inquiries.failWhatIsNotKnown();
    }

    /** Cuts every connection and accepts no further one; tasks run on, and nothing is forgotten. */
    public synchronized void goDown() {
        if (server != null) {
            server.disposeNow(PATIENCE);
            connections.close().awaitUninterruptibly(PATIENCE.toMillis());
            server = null;
        }
    }

    /** Listens again, on the same port. */
    public synchronized void comeBack() {
        if (server == null) {
            server = HttpServer.create()
                    .host(HOST)
                    .port(port)
                    .runOn(loops)
                    .doOnConnection(connection -> connections.add(connection.channel()))
                    .handle(routes::handle)
                    .bindNow(PATIENCE);
            port = server.port();
        }
    }

    @Override
    public void close() {
        goDown();
        loops.disposeLater(Duration.ZERO, PATIENCE).block(PATIENCE);
    }

    @Override
    public String toString() {
        return "Simulator(" + baseUrl() + ")";
    }
}
