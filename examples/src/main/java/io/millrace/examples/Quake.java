package io.millrace.examples;

/**
 * One earthquake of the feed.
 *
 * @param id the feed's own name of the quake, such as {@code us1000chhc}
 * @param magnitude on the scale that the observatory chose; below zero for the very faint
 * @param place in words, such as {@code 4km W of Castaic, CA}
 * @param depthKm below the surface; below zero when above sea level
 * @param longitude in degrees, east is positive
 * @param latitude in degrees, north is positive
 * @param timeMillis since 1970, UTC
 * @param json the quake as GeoJSON, on one line: the body of its message
 */
public record Quake(
        String id,
        double magnitude,
        String place,
        double depthKm,
        double longitude,
        double latitude,
        long timeMillis,
        String json) {

    /** What follows the last comma of the place: a state or a country, else the place itself. */
    public String region() {
        return place.substring(place.lastIndexOf(',') + 1).strip();
    }
}
