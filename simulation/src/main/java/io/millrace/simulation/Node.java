package io.millrace.simulation;

import java.util.ArrayDeque;
import java.util.Random;

/** A process on a machine of its own: it can be paused, and killed with all that it planned. */
final class Node {

    static final long MILLI = 1_000_000;

    final String name;
    final NodeClock clock;
    final Random random;
    private final Timeline timeline;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int life;
    private boolean alive = true;
    private boolean paused;

    Node(String name, Timeline timeline, long seed) {
        this.name = name;
        this.timeline = timeline;
        this.clock = new NodeClock(timeline);
        this.random = new Random(seed ^ mix(name));
    }

    /** A number for a name, the same in every process. */
    static long mix(String name) {
        long mixed = 1125899906842597L;
        for (int at = 0; at < name.length(); at++) {
            mixed = mixed * 31 + name.charAt(at);
        }
        return mixed * 0x9E3779B97F4A7C15L;
    }

    boolean isAlive() {
        return alive;
    }

    boolean isPaused() {
        return paused;
    }

    /** Which life of the process this is. */
    int life() {
        return life;
    }

    /** Does something after some time by this node's clock, unless it was killed meanwhile. */
    Runnable after(long localNanos, Runnable task) {
        int plannedIn = life;
        return timeline.after(
                clock.trueNanos(localNanos),
                () -> {
                    if (alive && plannedIn == life) {
                        execute(task);
                    }
                });
    }

    /** Does something now, or when the node goes on; nothing if it is dead. */
    void execute(Runnable task) {
        if (!alive) {
            return;
        }
        if (paused) {
            waiting.add(task);
        } else {
            task.run();
        }
    }

    void pause() {
        paused = true;
    }

    /** Goes on with all that waited. */
    void resume() {
        paused = false;
        while (alive && !paused) {
            Runnable next = waiting.poll();
            if (next == null) {
                return;
            }
            next.run();
        }
    }

    /** The process is gone. */
    void kill() {
        alive = false;
        paused = false;
        waiting.clear();
        life++;
    }

    /** A new process begins. */
    void revive() {
        alive = true;
    }
}
