package io.millrace.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One week of earthquakes as the U.S. Geological Survey published them, in GeoJSON. */
public final class EarthquakeFeed {

    private static final String RESOURCE = "/earthquakes.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private EarthquakeFeed() {}

    /** All quakes of the feed, oldest first. */
    public static List<Quake> load() {
        try (InputStream in = EarthquakeFeed.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new FileNotFoundException(RESOURCE + " on the class path");
            }
            List<Quake> quakes = new ArrayList<>();
            for (JsonNode feature : JSON.readTree(in).required("features")) {
                quakes.add(quake(feature));
            }
            quakes.sort(Comparator.comparingLong(Quake::timeMillis).thenComparing(Quake::id));
            return List.copyOf(quakes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The quake that a message's body describes. */
    public static Quake parse(String json) {
        try {
            return quake(JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Expected a quake in GeoJSON, but got " + json, e);
        }
    }

    private static Quake quake(JsonNode feature) {
        JsonNode properties = feature.required("properties");
        JsonNode coordinates = feature.required("geometry").required("coordinates");
        return new Quake(
                feature.required("id").asText(),
                properties.required("mag").asDouble(),
                properties.required("place").asText(),
                coordinates.required(2).asDouble(),
                coordinates.required(0).asDouble(),
                coordinates.required(1).asDouble(),
                properties.required("time").asLong(),
                feature.toString());
    }
}
