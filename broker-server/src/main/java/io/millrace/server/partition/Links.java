package io.millrace.server.partition;

import io.millrace.core.Origin;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
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

    /**
     * Closes the link of a command that cannot be handled.
     *
     * @param retryAfterMillis when it may be tried again; negative if that is of no use
     */
    void refuse(@Nullable Origin origin, String reason, int retryAfterMillis) {
        FrameLink link = origin == null ? null : find(origin.linkId());
        if (link != null) {
            byte[] frame =
                    new BrokerFrame.Closing(ErrorCode.UNAVAILABLE, reason, retryAfterMillis)
                            .encoded();
            link.send(frame, 0, frame.length);
            link.close();
        }
    }

    /** Closes every link, so that clients come back and attach again. */
    public void closeAll() {
        linksById.values().forEach(FrameLink::close);
    }
}
