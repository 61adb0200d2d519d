package dev.sluice.simulator;

import java.time.Clock;
import java.time.Duration;

/**
 * What a simulator starts with.
 *
 * @param port where it listens on 127.0.0.1; 0 takes any free one
 * @param key the only key it knows
 * @param taskLimit tasks that may run at once, before it says that it is busy
 * @param credits what the account holds
 * @param seed decides how long tasks take; the same seed and the same submits take the same times
 * @param pace turns the natural duration of a task into the one it takes here
 * @param heartbeat pause between two heartbeats of its stream mode
 * @param clock tells when a task began and whether it is over
 */
public record SimulatorSettings(
        int port, String key, int taskLimit, long credits, long seed, Pace pace, Duration heartbeat, Clock clock) {

    public static final String KEY = "nb_simulator";

    public static SimulatorSettings defaults() {
        return new SimulatorSettings(0, KEY, 10, 1000, 1, Pace.natural(), Duration.ofSeconds(15), Clock.systemUTC());
    }

    public SimulatorSettings withPort(int port) {
        return new SimulatorSettings(port, key, taskLimit, credits, seed, pace, heartbeat, clock);
    }

    public SimulatorSettings withKey(String key) {
        return new SimulatorSettings(port, key, taskLimit, credits, seed, pace, heartbeat, clock);
    }

    public SimulatorSettings withTaskLimit(int taskLimit) {
        return new SimulatorSettings(port, key, taskLimit, credits, seed, pace, heartbeat, clock);
    }

    public SimulatorSettings withCredits(long credits) {
        return new SimulatorSettings(port, key, taskLimit, credits, seed, pace, heartbeat, clock);
    }

    public SimulatorSettings withSeed(long seed) {
        return new SimulatorSettings(port, key, taskLimit, credits, seed, pace, heartbeat, clock);
    }

    public SimulatorSettings withPace(Pace pace) {
        return new SimulatorSettings(port, key, taskLimit, credits, seed, pace, heartbeat, clock);
    }

    public SimulatorSettings withHeartbeat(Duration heartbeat) {
        return new SimulatorSettings(port, key, taskLimit, credits, seed, pace, heartbeat, clock);
    }

    public SimulatorSettings withClock(Clock clock) {
        return new SimulatorSettings(port, key, taskLimit, credits, seed, pace, heartbeat, clock);
    }
}
