package io.millrace.simulation;

import java.util.PriorityQueue;

/** What happens when. Things of one instant happen in the order in which they were planned. */
final class Timeline {

    private final PriorityQueue<Happening> planned = new PriorityQueue<>();
    private long nowNanos;
    private long lastNumber;
    private long steps;

    private static final class Happening implements Comparable<Happening> {
        final long atNanos;
        final long number;
        final Runnable task;
        boolean cancelled;

        Happening(long atNanos, long number, Runnable task) {
            this.atNanos = atNanos;
            this.number = number;
            this.task = task;
        }

        @Override
        public int compareTo(Happening other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** True time in nanoseconds since the beginning; nodes have clocks of their own. */
    long nowNanos() {
        return nowNanos;
    }

    /** How many things have happened. */
    long steps() {
        return steps;
    }

    /** Plans something; what is returned cancels it. */
    Runnable after(long delayNanos, Runnable task) {
        Happening happening = new Happening(nowNanos + Math.max(0, delayNanos), ++lastNumber, task);
        planned.add(happening);
        return () -> happening.cancelled = true;
    }

    /** Lets the next thing happen, if it is not later than the given time. */
    boolean step(long untilNanos) {
        for (Happening next = planned.peek();
                next != null && next.atNanos <= untilNanos;
                next = planned.peek()) {
            planned.remove();
            if (!next.cancelled) {
                nowNanos = next.atNanos;
                steps++;
                next.task.run();
                return true;
            }
        }
        nowNanos = Math.max(nowNanos, untilNanos);
        return false;
    }
}
