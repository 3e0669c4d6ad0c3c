package io.millrace.jms.client;

import io.millrace.wire.ClientFrame;

/**
 * Where cores put frames. What is put while there is no link is lost, as on a broken socket: cores
 * repeat it on resuming.
 */
public interface FrameOutput {

    void send(ClientFrame frame);

    /** Sends one encoded frame; the array must not change afterwards. */
    void sendEncoded(byte[] array, int length);
}
