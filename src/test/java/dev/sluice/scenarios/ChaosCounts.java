package dev.sluice.scenarios;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What was done to the replicas, and what was measured meanwhile; kept by the one thread that does it. */
final class ChaosCounts {

    int rounds;
    int kills;
    int drains;
    int pauses;
    int claimsHeld;
    int cuts;
    int outages;
    int adoptions;
    long adoptedFromTheLiving;
    Duration longestAdoption = Duration.ZERO;
    Duration longestDrain = Duration.ZERO;

    /** What was being submitted when its owner was killed, and when that was. */
    final Map<String, Instant> lostSubmits = new HashMap<>();

    /** What was accepted and answered while its owner was paused: the answer waits in the owner's socket. */
    final Set<String> answeredMeanwhile = new HashSet<>();

    @Override
    public String toString() {
        return "rounds=%d kills=%d drains=%d pauses=%d claimsHeld=%d cuts=%d outages=%d adoptions=%d longestAdoption=%s adoptedFromTheLiving=%d answeredInAPause=%d"
                .formatted(
                        rounds,
                        kills,
                        drains,
                        pauses,
                        claimsHeld,
                        cuts,
                        outages,
                        adoptions,
                        inLeases(longestAdoption),
                        adoptedFromTheLiving,
                        answeredMeanwhile.size());
    }

    static String inLeases(Duration length) {
        return "%.2f".formatted((double) length.toMillis() / ChaosReplica.LEASE.toMillis());
    }
}
