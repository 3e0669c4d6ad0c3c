package io.millrace.examples;

/**
 * The Maidenhead locator of a point on the earth: the work that the locate workers do.
 *
 * <p>Radio amateurs name places this way. Two letters name a field of 20 by 10 degrees, counted
 * from the antimeridian and the south pole; two digits name a square of 2 by 1 degrees within it.
 * Newington, Connecticut (41.71 N, 72.73 W) lies in {@code FN31}.
 */
public final class GridLocator {

    private GridLocator() {}

    public static String of(double latitude, double longitude) {
        // The pole and the antimeridian belong to the last square, not to one beyond it.
        int squaresEast = Math.min((int) Math.floor((longitude + 180) / 2), 179);
        int squaresNorth = Math.min((int) Math.floor(latitude + 90), 179);
        return ""
                + (char) ('A' + squaresEast / 10)
                + (char) ('A' + squaresNorth / 10)
                + squaresEast % 10
                + squaresNorth % 10;
    }
}
