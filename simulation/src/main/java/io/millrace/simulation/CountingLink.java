package io.millrace.simulation;

import io.millrace.core.Effect;
import io.millrace.wire.FrameLink;

/** The broker's end of a link, which counts the effects that leave over it. */
final class CountingLink implements FrameLink {

    private static final int DELIVER = 0xb0;
    private static final int BROWSED = 0x95;

    /** One without messages is told, not browsed. */
    private static final int EMPTY_BROWSED_BYTES = 40;

    private static final int TYPE_AT = Integer.BYTES;

    private final FrameLink link;
    private final World world;

    CountingLink(FrameLink link, World world) {
        this.link = link;
        this.world = world;
    }

    @Override
    public void send(byte[] array, int offset, int length) {
        int type = array[offset + TYPE_AT] & 0xff;
        if (type == DELIVER) {
            world.network().leaves(array, link, world.oracle().lives().wallMillis());
            world.coverage().happened(Effect.Deliver.class);
        } else if (type == BROWSED && length > EMPTY_BROWSED_BYTES) {
            world.coverage().happened(Effect.Browse.class);
        } else {
            world.coverage().happened(Effect.Tell.class);
        }
        link.send(array, offset, length);
    }

    @Override
    public void close() {
        link.close();
    }

    @Override
    public void pauseReading(boolean paused) {
        link.pauseReading(paused);
    }
}
