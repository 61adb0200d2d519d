package dev.sluice.bench;

import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The image API of all peers: the simulator in a process of its own, with room for every task. */
final class Upstream implements AutoCloseable {

    private static final int ROOM = 1_000_000;
    private static final Pattern LISTENS = Pattern.compile("listens (\\S+)");
    private static final Pattern COUNTED = Pattern.compile("counted (\\d+)");

    private final Child child;
    private final URI address;

    private Upstream(Child child) {
        this.child = child;
        this.address = URI.create(child.hears(LISTENS).group(1));
    }

    /** @param taking how long each task takes */
    static Upstream start(Duration taking) {
        return new Upstream(Child.java("upstream", Upstream.class, List.of("" + taking.toMillis())));
    }

    URI address() {
        return address;
    }

    /** Submits and polls so far. */
    long calls() {
        child.order("count");
        return Long.parseLong(child.hears(COUNTED).group(1));
    }

    @Override
    public void close() {
        child.close();
    }

    /** Says where it listens, and for each line that it reads how many submits and polls it has had. */
    public static void main(String[] arguments) throws IOException {
        Duration taking = Duration.ofMillis(Long.parseLong(arguments[0]));
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                        .withPace(Pace.fixed(taking))
                        .withTaskLimit(ROOM)
                        .withCredits(Long.MAX_VALUE / 2));
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("listens " + simulator.baseUrl());
            while (orders.readLine() != null) {
                System.out.println("counted "
                        + (simulator.ledger().submitsReceived()
                                + simulator.ledger().pollsReceived()));
            }
        }
    }
}
