package io.millrace.core.catalog;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.Id128;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which connections can be reached, and how long those that cannot keep their client ids (Jakarta
 * Messaging 3.1, 6.1.2). Owned by the catalog's thread.
 */
final class ClientIds {

    private final CatalogState state;
    private final long keepConnectionMillis;

    // Soft state: dies with the process.
    private final Map<Id128, Long> linksByConnection = new HashMap<>();
    private final Map<Id128, Long> lostAtByConnection = new HashMap<>();
    private boolean strandedFound;

    ClientIds(CatalogState state, long keepConnectionMillis) {
        this.state = state;
        this.keepConnectionMillis = keepConnectionMillis;
    }

    void opened(Origin origin, long steadyMillis, Decision out) {
        findStranded(steadyMillis, out);
        linksByConnection.put(origin.connectionId(), origin.linkId());
        lostAtByConnection.remove(origin.connectionId());
    }

    void closed(Origin origin, long steadyMillis, Decision out) {
        if (linksByConnection.remove(origin.connectionId(), origin.linkId())) {
            lostAtByConnection.put(origin.connectionId(), steadyMillis);
            releaseOverdue(steadyMillis, out);
        }
    }

    void ended(Id128 connectionId, Decision out) {
        linksByConnection.remove(connectionId);
        lostAtByConnection.remove(connectionId);
        release(connectionId, out);
    }

    void tick(long steadyMillis, Decision out) {
        findStranded(steadyMillis, out);
        releaseOverdue(steadyMillis, out);
    }

    /** Whether a client id is another connection's, and that can be reached. */
    boolean isTaken(@Nullable Id128 holder, Id128 by) {
        return holder != null && !holder.equals(by) && linksByConnection.containsKey(holder);
    }

    /** A connection has lost its client id to its successor. */
    void succeeded(Id128 connectionId) {
        lostAtByConnection.remove(connectionId);
    }

    /**
     * After a restart, holders of client ids have no link yet: their time to come back begins now.
     */
    private void findStranded(long steadyMillis, Decision out) {
        if (!strandedFound) {
            strandedFound = true;
            state.connectionsByClientId
                    .values()
                    .forEach(each -> lostAtByConnection.put(each, steadyMillis));
            releaseOverdue(steadyMillis, out);
        }
    }

    private void releaseOverdue(long steadyMillis, Decision out) {
        long wakeAt = Long.MAX_VALUE;
        for (Map.Entry<Id128, Long> entry : List.copyOf(lostAtByConnection.entrySet())) {
            long dueMillis = entry.getValue() + keepConnectionMillis;
            if (dueMillis <= steadyMillis) {
                lostAtByConnection.remove(entry.getKey());
                release(entry.getKey(), out);
            } else {
                wakeAt = Math.min(wakeAt, dueMillis);
            }
        }
        if (wakeAt != Long.MAX_VALUE) {
            out.effectNow(new Effect.WakeAt(wakeAt));
        }
    }

    private void release(Id128 connectionId, Decision out) {
        // Nothing keeps a client from claiming several; each release is applied at once.
        for (String clientId = state.clientIdOf(connectionId);
                clientId != null;
                clientId = state.clientIdOf(connectionId)) {
            out.emit(new CatalogEvent.ClientIdReleased(clientId));
        }
    }
}
