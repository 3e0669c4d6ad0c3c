package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.lang.reflect.InvocationTargetException;

/**
 * One run of one workload on a broker that is up: warms up until the rate is steady, measures, and
 * checks that everything sent arrived. Prints its {@link Measurement}; a {@link DriverProcess} on
 * the other side reads it.
 */
record Driver(
        Workload workload, String factoryClass, String uri, int warmUpSeconds, int measureSeconds) {

    /**
     * Printed when the measured part begins and ends, so that an onlooker can take its own figures
     * of the same time.
     */
    static final String MEASURING = "measuring";

    static final String MEASURED = "measured";

    static Driver from(Arguments arguments) {
        Driver driver =
                new Driver(
                        Workload.named(arguments.required("workload")),
                        arguments.required("factory"),
                        arguments.required("uri"),
                        arguments.number("warm-up", 8),
                        arguments.number("measure", 10));
        arguments.refuseOthers();
        return driver;
    }

    /** Returns whether each message arrived exactly once and in order. */
    boolean run() throws InterruptedException {
        try {
            Load load = workload.start(connectionFactory(), "bench." + workload.name());
            RateSeries warmUp = warmUp(load);
            System.out.println(MEASURING);
            load.measure();
            ThreadCpu cpuBefore = ThreadCpu.of(ProcessHandle.current().pid());
            long beginMillis = System.currentTimeMillis();
            RateSeries measured = new RateSeries(load::completed, System.nanoTime());
            for (int second = 0; second < measureSeconds; second++) {
                measured.sampleAfterOneSecond();
            }
            long endMillis = System.currentTimeMillis();
            ThreadCpu cpu = ThreadCpu.of(ProcessHandle.current().pid()).minus(cpuBefore);
            System.out.println(MEASURED);
            load.stop();
            Measurement measurement =
                    Measurement.of(measured, warmUp, load, beginMillis, endMillis, cpu);
            System.out.print(measurement.toText());
            return measurement.faultCount() == 0;
        } catch (JMSException e) {
            throw new IllegalStateException("Expected a load on %s, but: %s".formatted(uri, e), e);
        }
    }

    private RateSeries warmUp(Load load) throws InterruptedException {
        RateSeries series = new RateSeries(load::completed, System.nanoTime());
        while (series.seconds() < warmUpSeconds
                || (!series.steady() && series.seconds() < 3 * warmUpSeconds)) {
            series.sampleAfterOneSecond();
        }
        return series;
    }

    private ConnectionFactory connectionFactory() {
        try {
            return (ConnectionFactory)
                    Class.forName(factoryClass).getConstructor(String.class).newInstance(uri);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    "Expected %s to take %s, but: %s".formatted(factoryClass, uri, e.getCause()),
                    e);
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalArgumentException(
                    "Expected a jakarta.jms.ConnectionFactory with a constructor (String), but: "
                            + e,
                    e);
        }
    }
}
