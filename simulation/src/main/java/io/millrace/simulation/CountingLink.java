package io.millrace.simulation;

import io.millrace.core.Effect;
import io.millrace.wire.FrameLink;

/** The broker's end of a link, which counts the effects that leave over it. */
final class CountingLink implements FrameLink {

    private static final int DELIVER = 0xb0;
    private static final int TYPE_AT = Integer.BYTES;

    private final FrameLink link;
    private final World world;

    CountingLink(FrameLink link, World world) {
        this.link = link;
        this.world = world;
    }

    @Override
    public void send(byte[] array, int offset, int length) {
        boolean delivery = (array[offset + TYPE_AT] & 0xff) == DELIVER;
        if (delivery) {
            world.network().leaves(array);
        }
        world.coverage().happened(delivery ? Effect.Deliver.class : Effect.Tell.class);
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
