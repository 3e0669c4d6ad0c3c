package io.millrace.wire;

/**
 * A subscription was taken back in time, or would be: the answer to {@link ControlFrame.Rewind}.
 *
 * @param messages how many come again
 * @param firstSequence of the first of them; 0 if there is none
 * @param firstMillis when that was stored, milliseconds since 1970; 0 if there is none
 */
public record Rewound(long requestId, long messages, long firstSequence, long firstMillis)
        implements BrokerFrame {

    @Override
    public int type() {
        return 0x96;
    }

    @Override
    public void writeTo(WireOutput to) {
        to.writeVarint(requestId)
                .writeVarint(messages)
                .writeVarint(firstSequence)
                .writeVarint(firstMillis);
    }

    static Rewound read(WireInput from) {
        return new Rewound(
                from.readVarint(), from.readVarint(), from.readVarint(), from.readVarint());
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
        return handler.rewound(this);
    }
}
