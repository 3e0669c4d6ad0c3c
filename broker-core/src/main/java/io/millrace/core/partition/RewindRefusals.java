package io.millrace.core.partition;

import io.millrace.wire.RewindFrom;
import org.jspecify.annotations.Nullable;

/** A part of {@link Rewinds}: what is refused to whoever goes back in time, and in which words. */
final class RewindRefusals {

    static final String NO_LOCAL =
            "Expected a subscription that gets messages of its own connection, but it has noLocal;"
                    + " which were its own is not known any more";

    private RewindRefusals() {}

    static String unfinished(String failure, long messages) {
        return failure + "; " + messages + " messages were found before that";
    }

    /** Whether the log had messages of the time, or with the sequence, that it has no more. */
    static boolean isGivenBack(RewindStep.Found found, Destination destination) {
        RewindFrom from = found.ask().from();
        long oldest = Math.min(found.oldestSequence(), destination.nextSequence);
        if (from == RewindFrom.BEGINNING || oldest == 1) {
            return false;
        }
        boolean none = found.oldestSequence() == SequenceSet.NONE;
        return from == RewindFrom.SEQUENCE
                ? found.ask().value() < oldest
                : none || found.ask().value() < found.oldestMillis();
    }

    static String notRetained(
            RewindStep.Found found, Destination destination, @Nullable Subscription subscription) {
        RewindStep.Ask ask = found.ask();
        String wanted =
                ask.from() == RewindFrom.SEQUENCE
                        ? "sequence " + ask.value()
                        : "the time that was asked for";
        String there =
                found.oldestSequence() == SequenceSet.NONE
                        ? "it has none"
                        : "it has them from "
                                + found.oldestTime()
                                + ", sequence "
                                + found.oldestSequence()
                                + ", on; rewind to that, or to the beginning";
        return "Expected the log to have the messages of "
                + (subscription == null ? nameOf(destination) : nameOf(subscription))
                + " from "
                + wanted
                + " on, but "
                + there;
    }

    private static String nameOf(Destination destination) {
        return destination.kind + " " + destination.name;
    }

    static String nameOf(Subscription subscription) {
        String destination = nameOf(subscription.destination);
        return subscription.name.isEmpty()
                ? destination
                : "subscription '" + subscription.name + "' of " + destination;
    }
}
