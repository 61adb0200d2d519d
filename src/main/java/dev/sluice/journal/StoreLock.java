package dev.sluice.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * The sole right to a directory, held as long as this process lives: two writers of one embedded log would each believe
 * that they own every generation in it, and pay twice. The file says who has it; the lock itself dies with the process.
 */
final class StoreLock implements AutoCloseable {

    private final FileChannel channel;

    private StoreLock(FileChannel channel) {
        this.channel = channel;
    }

    static StoreLock take(Path directory) throws IOException {
        Path file = directory.resolve("lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(channel)) {
            channel.close();
            throw new JournalUnavailable(
                    "The store %s is in use: %s holds the lock %s. Stop it, or give this process a store of its own (sluice.store.path)."
                            .formatted(directory, Files.readString(file).strip(), file));
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap("process %d since %s%n"
                .formatted(ProcessHandle.current().pid(), Instant.now())
                .getBytes(StandardCharsets.UTF_8)));
        return new StoreLock(channel);
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
