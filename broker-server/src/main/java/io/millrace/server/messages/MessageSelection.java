package io.millrace.server.messages;

import io.millrace.core.Effect;
import io.millrace.core.Invariant;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.selector.Attributes;
import io.millrace.selector.Selector;
import io.millrace.wire.MessageView;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireFormatException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates selectors for stored messages, each parsed once as long as it is in use.
 *
 * <p>Owned by the partition's thread.
 */
public final class MessageSelection {

    /** Selectors that are kept compiled; the one that was not asked for longest goes first. */
    private static final int SELECTORS_KEPT = 1_024;

    private final Map<String, Selector> selectorsByText =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Selector> eldest) {
                    return size() > SELECTORS_KEPT;
                }
            };

    /**
     * Finds what matches among consecutive blocks.
     *
     * @param blocks of which the first holds the first sequence that is asked for
     */
    public PartitionCommand.SelectDone evaluate(Effect.Select select, List<Enqueued> blocks) {
        Invariant.require(!blocks.isEmpty(), "messages that are asked about to be in the log");
        Selector selector = selectorsByText.computeIfAbsent(select.selector(), Selector::parse);
        SequenceRanges.Builder matching = new SequenceRanges.Builder();
        StoredAttributes attributes = new StoredAttributes(blocks.get(0));
        long upTo = select.from() - 1;
        for (Enqueued block : blocks) {
            long end = Math.min(select.to() + 1, block.firstSequence() + block.batch().count());
            Invariant.require(
                    block.firstSequence() <= upTo + 1 && upTo + 1 < end,
                    "blocks that are asked about to follow one another");
            while (upTo + 1 < end) {
                upTo++;
                attributes.moveTo(block, (int) (upTo - block.firstSequence()));
                if (selector.matches(attributes)) {
                    matching.add(upTo, upTo);
                }
            }
        }
        return new PartitionCommand.SelectDone(
                select.selectId(), select.subscriptionId(), upTo, matching.build());
    }

    /**
     * What a selector says of single messages; null for everything.
     *
     * @throws io.millrace.selector.SelectorSyntaxException if it is none
     */
    public Matcher matcher(@Nullable String text) {
        if (text == null) {
            return (block, index) -> true;
        }
        Selector selector = selectorsByText.computeIfAbsent(text, Selector::parse);
        return (block, index) -> {
            StoredAttributes attributes = new StoredAttributes(block);
            attributes.moveTo(block, index);
            return selector.matches(attributes);
        };
    }

    /** Says whether a stored message is wanted. */
    public interface Matcher {
        boolean matches(Enqueued block, int index);
    }

    /**
     * A stored message as a selector sees it. What cannot be read is not there: a broken message
     * must not stop the ones behind it.
     */
    private static final class StoredAttributes implements Attributes {

        private final MessageView view;
        private @Nullable String user;

        StoredAttributes(Enqueued block) {
            view = new MessageView(block.batch(), 0);
        }

        void moveTo(Enqueued block, int index) {
            view.moveTo(block.batch(), index);
            user = block.user();
        }

        @Override
        public @Nullable Object get(String name) {
            try {
                return name.startsWith("JMS") ? header(name) : view.property(name);
            } catch (WireFormatException unreadable) {
                return null;
            }
        }

        private @Nullable Object header(String name) {
            return switch (name) {
                // Jakarta Messaging 3.1, 3.8.1.3.
                case "JMSDeliveryMode" -> view.isPersistent() ? "PERSISTENT" : "NON_PERSISTENT";
                case "JMSPriority" -> view.priority();
                case "JMSMessageID" -> view.messageId();
                case "JMSTimestamp" -> view.timestampMillis();
                case "JMSCorrelationID" -> view.correlationId();
                case "JMSType" -> view.type();
                case "JMSXUserID" -> user;
                case "JMSXGroupID" -> {
                    String group = view.group();
                    // One that is no string makes no group, and stands among the properties.
                    yield group == null ? view.property(name) : group;
                }
                default -> view.property(name);
            };
        }
    }
}
