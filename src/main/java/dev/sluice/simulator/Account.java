package dev.sluice.simulator;

import java.time.Instant;
import java.util.PriorityQueue;
import java.util.Queue;

/** The one account: its key, its credits, and how many of its tasks may run and do run at once. */
final class Account {

    /** What the account says to a task that wants to start. */
    sealed interface Verdict {}

    record Charged(long remaining) implements Verdict {}

    record OutOfCredits() implements Verdict {}

    record Full(int activeTasks) implements Verdict {}

    private final Queue<Instant> ends = new PriorityQueue<>();
    private String key;
    private long credits;
    private long taken;
    private int taskLimit;
    private int mostAtOnce;

    Account(String key, long credits, int taskLimit) {
        this.key = key;
        this.credits = credits;
        this.taskLimit = taskLimit;
    }

    synchronized boolean knows(String authorization) {
        return authorization.equals("Bearer " + key);
    }

    /** Takes the credits and a place among the running tasks, or neither. */
    synchronized Verdict start(int cost, Instant now, Instant end) {
        if (cost > credits) {
            return new OutOfCredits();
        }
        if (running(now) >= taskLimit) {
            return new Full(running(now));
        }
        credits -= cost;
        taken += cost;
        ends.add(end);
        mostAtOnce = Math.max(mostAtOnce, running(now));
        return new Charged(credits);
    }

    synchronized int running(Instant now) {
        while (!ends.isEmpty() && !now.isBefore(ends.element())) {
            ends.remove();
        }
        return ends.size();
    }

    synchronized int mostAtOnce() {
        return mostAtOnce;
    }

    synchronized long credits() {
        return credits;
    }

    synchronized long taken() {
        return taken;
    }

    synchronized void changeKey(String key) {
        this.key = key;
    }

    synchronized void hold(long credits) {
        this.credits = credits;
    }

    synchronized void allow(int taskLimit) {
        this.taskLimit = taskLimit;
    }
}
