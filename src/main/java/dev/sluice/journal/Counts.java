package dev.sluice.journal;

/** How many generations are queued, and how many are in flight ({@code submitting} and {@code processing}). */
public record Counts(int queued, int inFlight) {}
