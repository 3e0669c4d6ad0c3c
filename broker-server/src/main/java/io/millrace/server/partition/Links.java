package io.millrace.server.partition;

import io.millrace.wire.FrameLink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All links that are open, by number. A hand-over point: any thread may look one up. */
public final class Links {

    private final Map<Long, FrameLink> linksById = new ConcurrentHashMap<>();

    public void add(long linkId, FrameLink link) {
        linksById.put(linkId, link);
    }

    public void remove(long linkId) {
        linksById.remove(linkId);
    }

    public @Nullable FrameLink find(long linkId) {
        return linksById.get(linkId);
    }

    /** Closes every link, so that clients come back and attach again. */
    public void closeAll() {
        linksById.values().forEach(FrameLink::close);
    }
}
