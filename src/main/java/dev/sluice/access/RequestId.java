package dev.sluice.access;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code X-Request-Id} of an answer: the caller's own if it is fit to be one, else a new one. */
public final class RequestId {

    public static final String HEADER = "X-Request-Id";

    private static final Pattern FIT = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    private RequestId() {}

    public static String of(@Nullable String given) {
        return given != null && FIT.matcher(given).matches() ? given : random();
    }

    /** It names a line in a log and guards nothing: the generator for secrets, a lock that all requests share, is not needed. */
    private static String random() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long version4 = (random.nextLong() & ~0xf000L) | 0x4000L;
        long variant2 = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(version4, variant2).toString();
    }
}
