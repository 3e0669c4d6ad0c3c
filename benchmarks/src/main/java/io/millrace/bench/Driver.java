package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.lang.reflect.InvocationTargetException;

/**
 * One run of one workload on a broker that is up: warms up until the rate is steady, measures, and
 * checks that everything sent arrived. Prints its {@link Measurement}; {@link Trial} on the other
 * side reads it.
 */
record Driver(
        Workload workload, String factoryClass, String uri, int warmUpSeconds, int measureSeconds) {

    /**
     * Printed when the measured part begins and ends, so that an onlooker can take its own figures
     * of the same time.
     */
    static final String MEASURING = "measuring";

    static final String MEASURED = "measured";

    /**
     * Printed instead, with the reason, when the provider does not have what the workload needs.
     */
    static final String NOT_SUPPORTED = "not supported: ";

    /** How much longer it warms up at most if the rate is not steady. */
    private static final int MORE_WARM_UP_SECONDS = 3;

    static Driver from(Arguments arguments) {
        Driver driver =
                new Driver(
                        Workloads.named(arguments.required("workload")),
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
            Load load =
                    workload.start(
                            connectionFactory(factoryClass, uri), "bench." + workload.name());
            RateSeries warmUp = warmUp(load);
            load.settle();
            System.out.println(MEASURING);
            ThreadCpu cpuBefore = ThreadCpu.of(ProcessHandle.current().pid());
            long beginMillis = System.currentTimeMillis();
            RateSeries measured = new RateSeries(load::completed, System.nanoTime());
            load.measure();
            if (load.finite()) {
                while (!load.ended()) {
                    measured.sampleAfterOneSecondOr(load::ended);
                }
            } else {
                while (measured.seconds() < measureSeconds) {
                    measured.sampleAfterOneSecond();
                }
            }
            long endMillis = System.currentTimeMillis();
            ThreadCpu cpu = ThreadCpu.of(ProcessHandle.current().pid()).minus(cpuBefore);
            System.out.println(MEASURED);
            load.stop();
            Measurement measurement =
                    Measurement.of(measured, warmUp, load, beginMillis, endMillis, cpu);
            System.out.print(measurement.toText());
            return measurement.faultCount() == 0;
        } catch (NotSupportedException e) {
            System.out.println(NOT_SUPPORTED + e.getMessage());
            return true;
        } catch (JMSException e) {
            throw new IllegalStateException("Expected a load on %s, but: %s".formatted(uri, e), e);
        }
    }

    private RateSeries warmUp(Load load) throws InterruptedException {
        RateSeries series = new RateSeries(load::completed, System.nanoTime());
        while (series.seconds() < warmUpSeconds
                || load.completed() < workload.warmUpMessages()
                || (!series.steady() && series.seconds() < warmUpSeconds + MORE_WARM_UP_SECONDS)) {
            series.sampleAfterOneSecond();
        }
        return series;
    }

    /** Any provider's factory that takes a URI. */
    static ConnectionFactory connectionFactory(String factoryClass, String uri) {
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
