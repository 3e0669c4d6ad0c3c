package io.millrace.server.messages;

import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import java.util.ArrayList;
import java.util.List;

/** What a footer, or the end of a checkpoint, says about where messages lie: for tools. */
public final class StoredBlocks {

    private StoredBlocks() {}

    /**
     * Reads a block directory in its stored form.
     *
     * @param directory empty if there is none
     * @throws WireFormatException if it is not one
     */
    public static List<StoredBlock> in(WireInput directory) {
        List<StoredBlock> blocks = new ArrayList<>();
        if (!directory.hasRemaining()) {
            return blocks;
        }
        BlockDirectory stored = BlockDirectory.read(directory);
        stored.spans()
                .keySet()
                .forEach(
                        destinationId -> {
                            BlockList list = stored.blocks(destinationId);
                            for (int index = list == null ? 0 : list.begin();
                                    list != null && index < list.end();
                                    index++) {
                                blocks.add(list.block(destinationId, index));
                            }
                        });
        blocks.addAll(stored.relocated().within(0, Long.MAX_VALUE));
        return blocks;
    }
}
