package io.millrace.core.catalog;

/**
 * Where destinations go when they are created. What comes of it is stored, so that partitions can
 * be added, and this can be changed, while everything stays where it is.
 */
final class Placement {

    /** Spreads what differs in the last letters only over all bits. */
    private static final int MIX = 0x9e37_79b9;

    private Placement() {}

    /**
     * What destinations have in common that belong together: their names up to the first dot. They
     * live in one partition, so that a transaction over them is one entry of one log.
     */
    static String keyOf(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** The partition for the first with a key, from 1 on. */
    static int of(String key, int partitions) {
        int hash = key.hashCode() * MIX;
        return 1 + Math.floorMod(hash ^ hash >>> 16, partitions);
    }
}
