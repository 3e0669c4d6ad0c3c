package io.millrace.server.partition;

import io.millrace.core.partition.PartitionCommand;
import io.millrace.wire.WireFormatException;
import java.util.List;
import java.util.function.Consumer;

/** A broker's partitions beside its catalog, by number. */
public final class Partitions {

    /** More than these are of no use: each has a thread. */
    public static final int MOST = 64;

    private final List<PartitionRunner<PartitionCommand>> runners;

    /** Numbers them from 1 on. */
    public Partitions(List<PartitionRunner<PartitionCommand>> runners) {
        this.runners = List.copyOf(runners);
    }

    /** How many there are. */
    public int count() {
        return runners.size();
    }

    /**
     * The one with a number that a client said.
     *
     * @throws WireFormatException if there is none
     */
    public PartitionRunner<PartitionCommand> at(int number) {
        if (number < 1 || number > runners.size()) {
            throw new WireFormatException(
                    "Expected a partition of 1 to " + runners.size() + ", but it is " + number);
        }
        return runners.get(number - 1);
    }

    /** Does something with each, in order. */
    public void each(Consumer<PartitionRunner<PartitionCommand>> task) {
        runners.forEach(task);
    }

    /** Tells all of them. */
    public void post(PartitionCommand command) {
        runners.forEach(runner -> runner.post(command));
    }
}
