package io.millrace.server.partition;

import io.millrace.wire.FrameLink;
import java.util.ArrayList;
import java.util.List;

/**
 * The links that frames were queued for since the last flush, so that the frames of one turn leave
 * together. Owned by one thread.
 */
final class TouchedLinks {

    private final List<FrameLink> links = new ArrayList<>();

    void queue(FrameLink link, byte[] array, int length) {
        link.queue(array, 0, length);
        // The frames of a link mostly come one after the other; one flush too many does no harm.
        if (links.isEmpty() || links.get(links.size() - 1) != link) {
            links.add(link);
        }
    }

    void flush() {
        for (int i = 0; i < links.size(); i++) {
            links.get(i).flush();
        }
        links.clear();
    }
}
