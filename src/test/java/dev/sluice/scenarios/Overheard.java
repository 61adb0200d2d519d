package dev.sluice.scenarios;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a thread prints to the standard output while it does something; what others print meanwhile is not in it. */
final class Overheard extends OutputStream {

    private static final ThreadLocal<ByteArrayOutputStream> LISTENING = new ThreadLocal<>();

    static {
        System.setOut(new PrintStream(new Overheard(System.out), true, StandardCharsets.UTF_8));
    }

    private final PrintStream all;

    private Overheard(PrintStream all) {
        this.all = all;
    }

    /** What the calling thread prints while it runs this; everything goes where it always goes as well. */
    static String during(Runnable doing) {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        LISTENING.set(heard);
        try {
            doing.run();
        } finally {
            LISTENING.remove();
        }
        return heard.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        all.write(bytes, from, length);
        ByteArrayOutputStream heard = LISTENING.get();
        if (heard != null) {
            heard.write(bytes, from, length);
        }
    }

    @Override
    public void flush() {
        all.flush();
    }
}
