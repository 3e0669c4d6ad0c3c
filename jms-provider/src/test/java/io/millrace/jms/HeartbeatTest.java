package io.millrace.jms;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HeartbeatTest {

    private static final int TALK_MILLIS = 100;

    /** Else a broker would take a client that only receives for one that is dead. */
    @Test
    void aClientThatHearsALotGivesSignsOfLifeToo() throws Exception {
        ScheduledExecutorService talker = Executors.newSingleThreadScheduledExecutor();
        try {
            ScriptedBroker.play(
                    "",
                    (broker, connection) -> {
                        connection.start();
                        var talk =
                                talker.scheduleAtFixedRate(
                                        () -> broker.send(new BrokerFrame.Pong(0)),
                                        0,
                                        TALK_MILLIS,
                                        TimeUnit.MILLISECONDS);
                        assertNotNull(broker.next(ControlFrame.Ping.class));
                        talk.cancel(false);
                    });
        } finally {
            talker.shutdown();
        }
    }
}
