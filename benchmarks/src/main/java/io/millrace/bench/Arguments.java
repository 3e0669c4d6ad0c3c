package io.millrace.bench;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * {@code --name value} and {@code --flag} arguments of one command; what nobody asked for is
 * refused.
 */
final class Arguments {

    private final Map<String, String> valueByName;
    private final Set<String> asked = new HashSet<>();

    private Arguments(Map<String, String> valueByName) {
        this.valueByName = valueByName;
    }

    static Arguments parse(String[] args, int from) {
        Map<String, String> valueByName = new LinkedHashMap<>();
        for (int i = from; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                throw new IllegalArgumentException("Expected an option, but found " + args[i]);
            }
            boolean flag = i + 1 == args.length || args[i + 1].startsWith("--");
            valueByName.put(args[i].substring(2), flag ? "true" : args[++i]);
        }
        return new Arguments(valueByName);
    }

    String text(String name, String otherwise) {
        asked.add(name);
        return valueByName.getOrDefault(name, otherwise);
    }

    String required(String name) {
        asked.add(name);
        String value = valueByName.get(name);
        if (value == null) {
            throw new IllegalArgumentException("Expected --" + name + ", but it is missing");
        }
        return value;
    }

    int number(String name, int otherwise) {
        String text = text(name, Integer.toString(otherwise));
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Expected a number for --" + name + ", but it is " + text, e);
        }
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(text(name, "false"));
    }

    /** Call after the last question: an option that nobody asked for is a typing error. */
    void refuseOthers() {
        for (String name : valueByName.keySet()) {
            if (!asked.contains(name)) {
                throw new IllegalArgumentException("Expected a known option, but found --" + name);
            }
        }
    }
}
