package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Origin;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;

/** What a partition says to requests. */
record Answers(int partition, long epoch) {

    void located(
            Origin origin,
            long requestId,
            int placementVersion,
            Destination destination,
            Decision out) {
        long subscriptionId = destination.kind.isQueue() ? destination.id : 0;
        located(origin, requestId, placementVersion, destination, subscriptionId, out);
    }

    void located(
            Origin origin,
            long requestId,
            int placementVersion,
            Destination destination,
            long subscriptionId,
            Decision out) {
        out.tell(
                origin.linkId(),
                new BrokerFrame.Located(
                        requestId,
                        partition,
                        placementVersion,
                        destination.id,
                        subscriptionId,
                        epoch));
    }

    static void refuse(
            Origin origin, long requestId, ErrorCode code, String message, Decision out) {
        out.tell(origin.linkId(), new BrokerFrame.Refused(requestId, code, message, 0));
    }
}
