package dev.sluice.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of one attempt to deliver. */
sealed interface Answer {

    /** What the caller is told of it: short, and nothing of the network it was sent from. */
    String words();

    /** The receiver has it. */
    record Taken(int status) implements Answer {
        @Override
        public String words() {
            return "answered " + status;
        }
    }

    /** The receiver wants none any more. */
    record Gone() implements Answer {
        @Override
        public String words() {
            return "answered 410";
        }
    }

    /**
     * It has to be tried again.
     *
     * @param retryAfter the pause that the receiver asks for, if it does
     */
    record Failed(String words, @Nullable Duration retryAfter) implements Answer {
        Failed(String words) {
            this(words, null);
        }
    }
}
