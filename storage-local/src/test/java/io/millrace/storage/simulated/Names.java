package io.millrace.storage.simulated;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The names of files, as programs see them and as they are stored: a change is stored when its
 * directory is forced.
 */
final class Names {

    private final Map<Path, Inode> seen = new TreeMap<>();
    private final Map<Path, Inode> stored = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();

    /**
     * One change of a directory. A rename has both names, a creation only {@code to}, a deletion
     * only {@code from}.
     */
    private record Change(@Nullable Path from, @Nullable Path to, @Nullable Inode created) {

        boolean isIn(Path directory) {
            Path file = to != null ? to : Objects.requireNonNull(from);
            return directory.equals(file.getParent());
        }

        /** Does nothing if what it depends on did not happen. */
        void applyTo(Map<Path, Inode> names) {
            Inode moved = created;
            if (from != null) {
                moved = names.remove(from);
            }
            if (to != null && moved != null) {
                names.put(to, moved);
            }
        }
    }

    @Nullable Inode get(Path file) {
        return seen.get(file);
    }

    List<String> in(Path directory) {
        return seen.keySet().stream()
                .filter(file -> directory.equals(file.getParent()))
                .map(file -> String.valueOf(file.getFileName()))
                .toList();
    }

    Iterable<Inode> inodes() {
        return seen.values();
    }

    Inode create(Path file) {
        Inode inode = new Inode();
        change(new Change(null, file, inode));
        return inode;
    }

    void rename(Path from, Path to) {
        change(new Change(from, to, null));
    }

    void delete(Path file) {
        if (seen.containsKey(file)) {
            change(new Change(file, null, null));
        }
    }

    void force(Path directory) {
        pending.removeIf(
                change -> {
                    if (!change.isIn(directory)) {
                        return false;
                    }
                    change.applyTo(stored);
                    return true;
                });
    }

    void losePower(Random random, Survival survival) {
        for (Change change : pending) {
            boolean kept = survival == Survival.EVERYTHING || random.nextBoolean();
            if (survival != Survival.NOTHING && kept) {
                change.applyTo(stored);
            }
        }
        pending.clear();
        seen.clear();
        seen.putAll(stored);
        seen.values().forEach(inode -> inode.losePower(random, survival));
    }

    private void change(Change change) {
        change.applyTo(seen);
        pending.add(change);
    }
}
