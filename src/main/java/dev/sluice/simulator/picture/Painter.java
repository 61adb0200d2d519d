package dev.sluice.simulator.picture;

import java.awt.image.BufferedImage;
import java.util.Random;

/** Paints a scene from the back to the front. */
final class Painter {

    private static final int GRAIN = 5;

    static {
        // A server has no screen; asked without this, some desktops would show an icon for the first picture.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private Painter() {}

    /** The order is the point: water mirrors what was painted before it, and nothing that comes after. */
    static BufferedImage paint(Scene scene, Picture.Size size) {
        Canvas canvas = new Canvas(size);
        Sky sky = new Sky(canvas, scene);
        Land land = new Land(canvas, scene);
        sky.paint();
        new Clouds(canvas, scene).paint();
        new Flyers(canvas, scene).paint();
        land.paintFar();
        if (scene.water()) {
            new Water(canvas, scene, sky).paint();
        } else {
            land.paintNear();
        }
        Ridge bank = land.paintBank();
        new Companion(canvas, scene).sit(bank, sky.lightX());
        new Weather(canvas, scene).paint();
        canvas.finish();
        return developed(canvas.image, scene.dice("grain"));
    }

    /** Grain, which also hides the steps in long gradients, and corners that are a little darker. */
    private static BufferedImage developed(BufferedImage image, Random dice) {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            double down = 2.0 * y / height - 1;
            for (int x = 0; x < width; x++) {
                double along = 2.0 * x / width - 1;
                double light = 1 - 0.13 * Math.pow((along * along + down * down) / 2, 1.5);
                row[x] = developed(row[x], light, dice.nextInt(GRAIN) - GRAIN / 2);
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }

    private static int developed(int rgb, double light, int grain) {
        int red = Math.clamp((int) ((rgb >> 16 & 0xFF) * light) + grain, 0, 255);
        int green = Math.clamp((int) ((rgb >> 8 & 0xFF) * light) + grain, 0, 255);
        int blue = Math.clamp((int) ((rgb & 0xFF) * light) + grain, 0, 255);
        return red << 16 | green << 8 | blue;
    }
}
