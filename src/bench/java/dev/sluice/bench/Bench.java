package dev.sluice.bench;

import dev.sluice.journal.ClaimCost;

/** Makes one row of the README's table; {@code src/bench/run} says which there are. */
final class Bench {

    private Bench() {}

    public static void main(String[] arguments) {
        switch (arguments[0]) {
            case "fanout" -> FanOut.run();
            case "idle" -> Idle.run();
            case "many" -> Many.run();
            case "passthrough" -> PassThrough.run();
            case "polls" -> Polls.run();
            case "generations" -> Generations.run();
            case "claim" -> ClaimCost.run();
            default -> throw new IllegalArgumentException("There is no row " + arguments[0] + ": see src/bench/run");
        }
    }
}
