package io.millrace.server.net;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On what a client may subscribe. */
class SubscribingTest {

    private static ControlFrame.Subscribe subscribe(DestinationKind kind) {
        return new ControlFrame.Subscribe(1, kind, "name", null, false, false, null, false, 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = DestinationKind.class,
            names = {"QUEUE", "TEMPORARY_QUEUE", "BODY"})
    void whatIsNoTopicHasNoSubscriptions(DestinationKind kind) {
        assertNotNull(Subscribing.outOfPlace(subscribe(kind)));
    }

    @Test
    void topicsHave() {
        assertNull(Subscribing.outOfPlace(subscribe(DestinationKind.TOPIC)));
    }
}
