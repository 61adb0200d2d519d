package dev.sluice.access;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a ticket says: who it speaks for, until when, and about what. As bytes it is a byte for the caller's kind, eight for
 * the second of its end, the caller's name after its length, and sixteen for each generation.
 *
 * @param isConfigured whether the caller was in the settings, or only an issuer's token named it
 * @param only the generations that it opens; all of the caller's if empty
 */
record Ticket(CallerId caller, boolean isConfigured, Instant expiresAt, Set<GenerationId> only) {

    private static final byte CONFIGURED = 1;
    private static final byte NAMED_BY_ISSUER = 2;

    byte[] bytes() {
        byte[] name = caller.value().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(
                        Byte.BYTES + Long.BYTES + Byte.BYTES + name.length + only.size() * GenerationId.BYTES)
                .put(isConfigured ? CONFIGURED : NAMED_BY_ISSUER)
                .putLong(expiresAt.getEpochSecond())
                .put((byte) name.length)
                .put(name);
        only.forEach(generation -> bytes.put(generation.bytes()));
        return bytes.array();
    }

    /** Reads what {@link #bytes()} wrote, and only that: the signature was looked at before. */
    static Ticket read(byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        boolean isConfigured = bytes.get() == CONFIGURED;
        Instant expiresAt = Instant.ofEpochSecond(bytes.getLong());
        byte[] name = new byte[Byte.toUnsignedInt(bytes.get())];
        bytes.get(name);
        Set<GenerationId> only = new LinkedHashSet<>();
        byte[] generation = new byte[GenerationId.BYTES];
        while (bytes.hasRemaining()) {
            bytes.get(generation);
            only.add(GenerationId.of(generation));
        }
        return new Ticket(new CallerId(new String(name, StandardCharsets.US_ASCII)), isConfigured, expiresAt, only);
    }
}
