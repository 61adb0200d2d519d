package dev.sluice.generation;

/**
 * What went wrong, in words for the caller.
 *
 * @param type which of the stable kinds it is
 * @param detail this occurrence, and what to do about it
 */
public record Problem(ProblemType type, String detail) {}
