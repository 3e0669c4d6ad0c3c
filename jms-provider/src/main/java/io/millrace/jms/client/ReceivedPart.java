package io.millrace.jms.client;

import io.millrace.wire.TransactionFrame;
import java.util.function.Consumer;

/** What a transaction has received of one consumer. Thread-safe. */
public final class ReceivedPart {

    private final int partition;
    private final TransactionFrame.Settlement settlement;
    private final Consumer<TransactionFrame.Settlement> lettingGo;
    private volatile boolean letGo;

    /**
     * All that a consumer has.
     *
     * @param partition that delivered it
     * @param lettingGo the consumer has it no more
     */
    public ReceivedPart(
            int partition,
            TransactionFrame.Settlement settlement,
            Consumer<TransactionFrame.Settlement> lettingGo) {
        this.partition = partition;
        this.settlement = settlement;
        this.lettingGo = lettingGo;
    }

    /** All that a consumer has. */
    public static ReceivedPart of(HeldDeliveries consumer) {
        return new ReceivedPart(consumer.partition(), consumer.settlement(), consumer::committed);
    }

    int partition() {
        return partition;
    }

    public TransactionFrame.Settlement settlement() {
        return settlement;
    }

    /** The consumer has it no more: it is settled, or the broker has it for the transaction. */
    public void letGo() {
        if (!letGo) {
            letGo = true;
            lettingGo.accept(settlement);
        }
    }

    /** Whether {@link #letGo} was called: if the transaction is rolled back, it comes again. */
    public boolean isLetGo() {
        return letGo;
    }
}
