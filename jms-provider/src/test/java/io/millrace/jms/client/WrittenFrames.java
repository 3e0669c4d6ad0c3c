package io.millrace.jms.client;

import io.millrace.wire.ClientFrame;
import io.millrace.wire.FrameReader;
import io.millrace.wire.TrafficFrame;
import java.util.ArrayList;
import java.util.List;

/** What a core wrote, a line for each frame. */
final class WrittenFrames implements FrameOutput {

    private final List<String> lines = new ArrayList<>();
    private final List<TrafficFrame.Send> sends = new ArrayList<>();

    @Override
    public void send(ClientFrame frame) {
        lines.add(line(frame));
    }

    @Override
    public void sendEncoded(byte[] array, int length) {
        TrafficFrame.Send send =
                (TrafficFrame.Send)
                        FrameReader.clientFrame(array, Integer.BYTES, length - Integer.BYTES);
        send.batch().validate();
        sends.add(send);
        lines.add(line(send));
    }

    /** The lines since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    /** All batches so far. */
    List<TrafficFrame.Send> sends() {
        return sends;
    }

    static String line(ClientFrame frame) {
        if (frame instanceof TrafficFrame.Settle settle) {
            return "settle "
                    + settle.settleId()
                    + " "
                    + settle.outcome()
                    + " "
                    + settle.sequences()
                    + (settle.why() == null ? "" : " because " + settle.why());
        }
        if (frame instanceof TrafficFrame.Credit credit) {
            return "credit "
                    + credit.messages()
                    + "/"
                    + credit.bytes()
                    + (credit.drain() ? " drain" : "");
        }
        if (frame instanceof TrafficFrame.Attach attach) {
            return "attach credit="
                    + attach.creditMessages()
                    + " settled="
                    + attach.settled()
                    + " held="
                    + attach.held()
                    + " released="
                    + attach.released();
        }
        if (frame instanceof TrafficFrame.Detach detach) {
            return "detach held=" + detach.held();
        }
        if (frame instanceof TrafficFrame.OpenProducer open) {
            return "open producer" + (open.resuming() ? " resuming" : "");
        }
        if (frame instanceof TrafficFrame.Send send) {
            return "send to "
                    + send.destinationId()
                    + ": "
                    + send.batch().firstProducerSequence()
                    + "-"
                    + send.batch().lastProducerSequence();
        }
        return frame.getClass().getSimpleName();
    }
}
