package dev.sluice.simulator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the simulator of the profile {@code simulator} behaves.
 *
 * @param port where it listens on 127.0.0.1; 0 takes any free one
 * @param key the only key it knows; by default the one that the gateway sends, or a made-up one
 * @param taskLimit tasks that may run at once, before it says that it is busy
 * @param credits what its account holds
 * @param seed decides how long each task takes
 * @param pace how long tasks take, as a factor of the natural duration; 0.1 is ten times as fast
 * @param fixedDuration how long every task takes, whatever its model and the pace
 * @param heartbeat pause between two heartbeats of its stream mode
 */
@ConfigurationProperties("sluice.simulator")
record SimulatorProperties(
        @DefaultValue("0") int port,
        @Nullable String key,
        @DefaultValue("10") int taskLimit,
        @DefaultValue("1000") long credits,
        @DefaultValue("1") long seed,
        @DefaultValue("1") double pace,
        @Nullable Duration fixedDuration,
        @DefaultValue("15s") Duration heartbeat) {

    SimulatorProperties {
        require(port >= 0 && port <= 65_535, "port", port, "0 to 65535");
        require(taskLimit >= 0, "task-limit", taskLimit, "0 or more");
        require(credits >= 0, "credits", credits, "0 or more");
        require(pace > 0, "pace", pace, "more than 0");
        require(fixedDuration == null || !fixedDuration.isNegative(), "fixed-duration", fixedDuration, "0 or longer");
        require(heartbeat.isPositive(), "heartbeat", heartbeat, "longer than 0");
    }

    private static void require(boolean fits, String name, @Nullable Object found, String expected) {
        if (!fits) {
            throw new IllegalArgumentException(
                    "sluice.simulator.%s is %s; expected %s".formatted(name, found, expected));
        }
    }

    /** @param gatewayKey the key that is known if no other was set */
    SimulatorSettings settings(String gatewayKey) {
        return SimulatorSettings.defaults()
                .withPort(port)
                .withKey(key == null ? gatewayKey : key)
                .withTaskLimit(taskLimit)
                .withCredits(credits)
                .withSeed(seed)
                .withPace(fixedDuration == null ? Pace.scaled(pace) : Pace.fixed(fixedDuration))
                .withHeartbeat(heartbeat);
    }
}
