package io.millrace.tck.crash;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * Applications that send to a queue and receive from it while its broker's disk fails, go on after
 * each error that they are told, and write down what they were promised.
 */
final class Workers implements AutoCloseable {

    private static final int SENDERS = 2;
    private static final int RECEIVERS = 2;
    private static final int MOST_BYTES = 8_000;
    private static final int TOGETHER = 10;
    private static final long WAIT_MILLIS = 200;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Connection connection;
    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicBoolean receiving = new AtomicBoolean(true);
    private final AtomicBoolean paused = new AtomicBoolean();
    private final List<Thread> senders = new ArrayList<>();
    private final List<Thread> receivers = new ArrayList<>();

    /** Sends that returned, sends that threw, and what acknowledgements that returned were of. */
    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

    private final Set<String> uncertain = ConcurrentHashMap.newKeySet();
    private final Set<String> received = ConcurrentHashMap.newKeySet();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    /** Received, and their acknowledgement threw. */
    private final Set<String> unclear = ConcurrentHashMap.newKeySet();

    private final Map<String, Integer> errors = new ConcurrentHashMap<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();

    Workers(String uri) throws JMSException {
        connection = new MillraceConnectionFactory(uri).createConnection();
        connection.start();
        for (int number = 0; number < SENDERS; number++) {
            String name = "sender-" + number;
            senders.add(new Thread(() -> send(name), name));
        }
        for (int number = 0; number < RECEIVERS; number++) {
            String name = "receiver-" + number;
            receivers.add(new Thread(() -> receive(name), name));
        }
        senders.forEach(Thread::start);
        receivers.forEach(Thread::start);
    }

    private static Queue queue(Session session) throws JMSException {
        return session.createQueue("work");
    }

    /** Writes down what it was told, and tries again in a moment. */
    private void told(JMSException e) {
        errors.merge(String.valueOf(e.getErrorCode()), 1, Integer::sum);
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    // ---- sending ----

    private void send(String name) {
        Random random = new Random(name.hashCode());
        long number = 0;
        while (sending.get()) {
            try (Session session = connection.createSession()) {
                MessageProducer producer = session.createProducer(queue(session));
                while (sending.get()) {
                    send(session, producer, name + ":" + ++number, random);
                }
            } catch (JMSException e) {
                uncertain.add(name + ":" + number);
                told(e);
            } catch (RuntimeException e) {
                violations.add(name + " threw " + e);
                return;
            }
        }
    }

    private void send(Session session, MessageProducer producer, String id, Random random)
            throws JMSException {
        byte[] body = new byte[random.nextInt(MOST_BYTES)];
        random.nextBytes(body);
        BytesMessage message = session.createBytesMessage();
        message.setStringProperty("id", id);
        message.setLongProperty("checksum", checksum(body));
        message.writeBytes(body);
        producer.send(message);
        confirmed.add(id);
    }

    private static long checksum(byte[] body) {
        CRC32C checksum = new CRC32C();
        checksum.update(body);
        return checksum.getValue();
    }

    // ---- receiving ----

    private void receive(String name) {
        while (receiving.get()) {
            if (paused.get()) {
                LockSupport.parkNanos(PAUSE_NANOS);
                continue;
            }
            try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
                MessageConsumer consumer = session.createConsumer(queue(session));
                while (receiving.get() && !paused.get()) {
                    receive(consumer);
                }
            } catch (JMSException e) {
                told(e);
            } catch (RuntimeException e) {
                violations.add(name + " threw " + e);
                return;
            }
        }
    }

    private void receive(MessageConsumer consumer) throws JMSException {
        List<String> ids = new ArrayList<>();
        BytesMessage last = null;
        while (ids.size() < TOGETHER) {
            BytesMessage next = (BytesMessage) consumer.receive(WAIT_MILLIS);
            if (next == null) {
                break;
            }
            last = next;
            ids.add(check(next));
        }
        if (last != null) {
            try {
                last.acknowledge();
            } catch (JMSException e) {
                // They may come again, or not.
                unclear.addAll(ids);
                throw e;
            }
            acknowledged.addAll(ids);
        }
    }

    private String check(BytesMessage message) throws JMSException {
        String id = message.getStringProperty("id");
        byte[] body = new byte[(int) message.getBodyLength()];
        message.readBytes(body);
        if (checksum(body) != message.getLongProperty("checksum")) {
            violations.add(id + " has other bytes than were sent");
        }
        if (acknowledged.contains(id)) {
            violations.add(id + " came again after its acknowledgement");
        }
        if (!received.add(id) && !message.getJMSRedelivered()) {
            violations.add(id + " came again without JMSRedelivered");
        }
        return id;
    }

    // ---- what came of it ----

    int confirmedCount() {
        return confirmed.size();
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    void stopSending() throws InterruptedException {
        sending.set(false);
        for (Thread each : senders) {
            each.join();
        }
    }

    boolean isEverythingThere() {
        return missing().isEmpty();
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (String each : confirmed) {
            if (!acknowledged.contains(each) && !unclear.contains(each)) {
                missing.add(each);
            }
        }
        return missing;
    }

    /** Nobody receives for a while, or all do again. */
    void pauseReceiving(boolean pause) {
        paused.set(pause);
    }

    /** How often somebody was told something, by its error code. */
    int timesTold(String code) {
        return errors.getOrDefault(code, 0);
    }

    void stopReceiving() throws InterruptedException {
        receiving.set(false);
        for (Thread each : receivers) {
            each.join();
        }
    }

    List<String> violations() {
        List<String> all = new ArrayList<>(violations);
        for (String each : received) {
            if (!confirmed.contains(each) && !uncertain.contains(each)) {
                all.add(each + " was never sent");
            }
        }
        return all;
    }

    /** How many confirmed messages nobody got, of all. */
    String summary() {
        List<String> missing = missing();
        return "confirmed "
                + confirmed.size()
                + ", acknowledged "
                + acknowledged.size()
                + ", uncertain "
                + uncertain.size()
                + ", errors told "
                + new TreeMap<>(errors)
                + ", missing "
                + missing.size()
                + (missing.isEmpty() ? "" : " such as " + missing.get(0));
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
