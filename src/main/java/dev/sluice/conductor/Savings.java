package dev.sluice.conductor;

/**
 * Polls that the fixed pace would have made and that were not made. A poll that comes before its turn is paid from them:
 * so on average no more polls are made than the fixed pace would have made, whatever was learnt and however wrong it is, but
 * for those that are there at the beginning. Plans are made so that about as many are left.
 */
final class Savings {

    /** Quick generations save for slow ones, but not for ever; and what was owed longer is forgotten. */
    private static final int MOST = 200;

    /** Good luck and bad take turns, and bad luck may come first. */
    private static final int AT_THE_BEGINNING = MOST / 2;

    /** So that bad luck seldom takes what was there at the beginning. */
    private static final int AIM = AT_THE_BEGINNING * 5 / 4;

    /** As so many generations share what there is too much or too little, those under way at once need not agree. */
    private static final int SHARERS = 50;

    /** In polls: the lag of none grows much for the sake of others. */
    private static final double MOST_FOR_ONE = 0.5;

    private double polls = AT_THE_BEGINNING;

    /** Whether there was one to spend. */
    synchronized boolean spend() {
        boolean hasOne = polls >= 1;
        polls -= hasOne ? 1 : 0;
        return hasOne;
    }

    /** @param more polls that were not made, as far as is known; negative for those that were made instead */
    synchronized void earn(double more) {
        polls = Math.clamp(polls + more, -MOST, MOST);
    }

    /** How many polls more than the fixed pace one generation may make on average; negative if it must make fewer. */
    synchronized double share() {
        return Math.clamp((polls - AIM) / SHARERS, -MOST_FOR_ONE, MOST_FOR_ONE);
    }
}
