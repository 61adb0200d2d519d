package dev.sluice.conductor;

import org.jspecify.annotations.Nullable;

/** Text from outside on its way into a log line: short, and unable to look like a line of its own. */
final class LogText {

    private static final int LONGEST = 80;

    private LogText() {}

    static String of(@Nullable String text) {
        if (text == null) {
            return "-";
        }
        String oneLine = text.replaceAll("\\p{Cntrl}", "?");
        return oneLine.length() <= LONGEST ? oneLine : oneLine.substring(0, LONGEST) + "…";
    }
}
