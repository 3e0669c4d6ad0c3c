package io.millrace.examples;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What can be counted in a week of earthquakes: once from the messages that arrived, and once from
 * the feed itself, to compare.
 *
 * @param quakes how many
 * @param magnitudeSum exact, in decimal: all magnitudes have at most two places
 * @param strongest magnitude and place
 * @param alerts how many of magnitude 5 and more
 * @param deepest depth and place
 * @param busiestSquare the grid square with the most quakes, and how many
 */
record Figures(
        int quakes,
        BigDecimal magnitudeSum,
        String strongest,
        int alerts,
        String deepest,
        String busiestSquare) {

    /** The figures of a list of quakes, without any messaging. */
    static Figures of(List<Quake> quakes) {
        List<String> squares =
                quakes.stream()
                        .map(quake -> GridLocator.of(quake.latitude(), quake.longitude()))
                        .toList();
        long alerts =
                quakes.stream()
                        .filter(quake -> quake.magnitude() >= AlertSubscriber.ALERTING_MAGNITUDE)
                        .count();
        return of(quakes, squares, (int) alerts);
    }

    /** The figures of what three kinds of receivers have got, each on its own. */
    static Figures of(List<Quake> archived, List<String> locatedSquares, int alerts) {
        return new Figures(
                archived.size(),
                archived.stream()
                        .map(quake -> BigDecimal.valueOf(quake.magnitude()))
                        .reduce(BigDecimal.ZERO, BigDecimal::add),
                archived.stream()
                        .max(Comparator.comparingDouble(Quake::magnitude))
                        .map(quake -> quake.magnitude() + ", " + quake.place())
                        .orElse("none"),
                alerts,
                archived.stream()
                        .max(Comparator.comparingDouble(Quake::depthKm))
                        .map(quake -> quake.depthKm() + " km, " + quake.place())
                        .orElse("none"),
                busiest(locatedSquares));
    }

    /** Mean magnitude to four places, zero when there is no quake. */
    BigDecimal magnitudeMean() {
        return magnitudeSum.divide(
                BigDecimal.valueOf(Math.max(1, quakes)), 4, RoundingMode.HALF_EVEN);
    }

    private static String busiest(List<String> squares) {
        Map<String, Long> countBySquare =
                squares.stream().collect(Collectors.groupingBy(s -> s, Collectors.counting()));
        return countBySquare.entrySet().stream()
                .max(
                        Map.Entry.<String, Long>comparingByValue()
                                .thenComparing(Map.Entry.comparingByKey()))
                .map(square -> square.getKey() + ", " + square.getValue() + " quakes")
                .orElse("none");
    }
}
