package dev.sluice.conductor;

/**
 * Polls that the fixed pace would have made and that were not made. A poll that comes before its turn is paid from them:
 * so no more polls are made in all than the fixed pace would have made, whatever was learnt and however wrong it is, but
 * for those that are there at the beginning.
 */
final class Savings {

    /** Quick generations save for slow ones, but not for ever. */
    private static final int MOST = 200;

    /** Good luck and bad take turns, and bad luck may come first. */
    private int polls = MOST / 2;

    /** Whether there was one to spend. */
    synchronized boolean spend() {
        boolean hasOne = polls > 0;
        polls -= hasOne ? 1 : 0;
        return hasOne;
    }

    /** @param more polls that were not made; negative for those that were made instead */
    synchronized void earn(long more) {
        polls = (int) Math.clamp(polls + more, 0, MOST);
    }
}
