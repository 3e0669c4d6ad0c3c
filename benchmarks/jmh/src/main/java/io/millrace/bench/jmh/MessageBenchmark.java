package io.millrace.bench.jmh;

import io.millrace.jms.message.MessageCodec;
import io.millrace.jms.message.MillraceBytesMessage;
import io.millrace.wire.WireOutput;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The client's messages to records and back, as an application makes and reads them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MessageBenchmark {

    private static final long BASE_TIME_MILLIS = 0;

    @Param({"100", "1024"})
    public int bodyBytes;

    private byte[] body = new byte[0];
    private byte[] record = new byte[0];
    private final WireOutput output = new WireOutput(4_096);

    @Setup
    public void encodeOnce() throws JMSException {
        body = new byte[bodyBytes];
        makeAndEncode();
        record = output.toByteArray();
    }

    @Benchmark
    public int makeAndEncode() throws JMSException {
        MillraceBytesMessage message = new MillraceBytesMessage();
        message.writeBytes(body);
        output.reset();
        MessageCodec.encode(message, output, BASE_TIME_MILLIS);
        return output.size();
    }

    @Benchmark
    public int decodeAndReadBody() throws JMSException {
        BytesMessage message =
                (BytesMessage)
                        MessageCodec.decode(record, 0, BASE_TIME_MILLIS, Batches.PRODUCER, 1);
        return message.readBytes(body);
    }
}
