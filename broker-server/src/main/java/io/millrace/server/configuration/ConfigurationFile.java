package io.millrace.server.configuration;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Reads {@code broker.properties}: the form of {@link Properties}, in UTF-8. */
public final class ConfigurationFile {

    private ConfigurationFile() {}

    /** Properties that do not let a second value of a key pass. */
    private static final class Once extends Properties {

        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Object put(Object key, Object value) {
            Object before = super.put(key, value);
            if (before != null) {
                throw new IllegalArgumentException(
                        "Expected each key once, but " + key + " stands there twice");
            }
            return before;
        }
    }

    /**
     * Keys and values as they stand there.
     *
     * @throws IllegalArgumentException if it cannot be read; says why
     */
    public static Map<String, String> read(Path file) {
        Properties properties = new Once();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "Expected a configuration at " + file + ", but there is no such file", e);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(
                    "Expected UTF-8 in " + file + ", but there is something else", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Expected a configuration that can be read at "
                            + file
                            + ", but: "
                            + e.getMessage(),
                    e);
        }
        Map<String, String> values = new HashMap<>();
        properties.forEach((key, value) -> values.put(String.valueOf(key), String.valueOf(value)));
        return values;
    }
}
