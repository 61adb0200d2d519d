package dev.sluice.simulator.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A picture that a prompt asks for. Drawing it takes a good part of a second of a core.
 *
 * @param number tells the pictures of one prompt apart
 * @param aspectRatio such as {@code 16:9}; anything that is not a ratio makes a square
 */
public record Picture(String prompt, int number, String aspectRatio) {

    private static final int LONG_SIDE = 768;

    /** Panoramas beyond 4:1 would leave no room for a hill. */
    private static final double MOST_OBLONG = 4;

    private static final Pattern RATIO = Pattern.compile("\\s*(\\d{1,5})\\s*:\\s*(\\d{1,5})\\s*");

    /** In pixels. */
    public record Size(int width, int height) {}

    public Size size() {
        Matcher ratio = RATIO.matcher(aspectRatio);
        if (!ratio.matches()) {
            return new Size(LONG_SIDE, LONG_SIDE);
        }
        double asked = Double.parseDouble(ratio.group(1)) / Math.max(1, Double.parseDouble(ratio.group(2)));
        double oblong = Math.clamp(asked, 1 / MOST_OBLONG, MOST_OBLONG);
        return oblong >= 1
                ? new Size(LONG_SIDE, (int) Math.round(LONG_SIDE / oblong))
                : new Size((int) Math.round(LONG_SIDE * oblong), LONG_SIDE);
    }

    public byte[] png() {
        BufferedImage image = Painter.paint(Scene.of(prompt, number), size());
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        // In memory: by itself ImageIO buffers in a temporary file, and the file system may be read-only.
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }
}
