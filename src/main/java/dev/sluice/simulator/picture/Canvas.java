package dev.sluice.simulator.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.Paint;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/** The paper, and the few gestures that everything on it is made of. Lengths are in pixels. */
final class Canvas {

    final BufferedImage image;
    final int width;
    final int height;

    /** A hundredth of the short side: what sizes are told in. */
    final double unit;

    /** Where the sky ends and the land or the water begins. */
    final double horizon;

    private final Graphics2D graphics;

    Canvas(Picture.Size size) {
        image = new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
        width = size.width();
        height = size.height();
        unit = Math.min(width, height) / 100.0;
        horizon = height * 0.62;
        graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }

    void fill(Shape shape, Paint paint) {
        graphics.setPaint(paint);
        graphics.fill(shape);
    }

    /** Fills what lies inside the other shape only. */
    void fillInside(Shape bounds, Shape shape, Paint paint) {
        Shape before = graphics.getClip();
        graphics.clip(bounds);
        fill(shape, paint);
        graphics.setClip(before);
    }

    void line(Shape shape, double thickness, Color colour) {
        graphics.setPaint(colour);
        graphics.setStroke(new BasicStroke((float) thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(shape);
    }

    void dot(double x, double y, double radius, Paint paint) {
        fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius), paint);
    }

    void box(double x, double y, double width, double height, Paint paint) {
        fill(new Rectangle2D.Double(x, y, width, height), paint);
    }

    /** A light that fades with the distance. */
    void glow(double x, double y, double radius, Color colour, double strength) {
        float[] stops = {0f, 0.25f, 0.55f, 1f};
        Color[] colours = {
            Ink.clear(colour, strength),
            Ink.clear(colour, strength * 0.5),
            Ink.clear(colour, strength * 0.14),
            Ink.clear(colour, 0)
        };
        dot(x, y, radius, new RadialGradientPaint((float) x, (float) y, (float) radius, stops, colours));
    }

    static Paint downward(double from, double to, Color top, Color bottom) {
        return new GradientPaint(0, (float) from, top, 0, (float) Math.max(to, from + 1), bottom);
    }

    static Paint downward(double from, double to, Color top, Color middle, Color bottom) {
        return new LinearGradientPaint(
                0, (float) from, 0, (float) to, new float[] {0f, 0.55f, 1f}, new Color[] {top, middle, bottom});
    }

    static Paint across(double from, double to, Color left, Color right) {
        return new GradientPaint((float) from, 0, left, (float) Math.max(to, from + 1), 0, right);
    }

    /** A closed shape through points given as x, y, x, y. */
    static Path2D polygon(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        path.closePath();
        return path;
    }

    void finish() {
        graphics.dispose();
    }
}
