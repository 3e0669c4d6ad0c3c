/**
 * Clients, brokers, disks and the network between them, in one thread, from one seed.
 *
 * <p>Start reading at {@link io.millrace.simulation.Simulation}. What runs is the product's own
 * code: a client's connection and cores, a broker's links, runners, machines and message store, and
 * the segmented log; what is simulated is below and around it: time, chance, the network, disks, a
 * replicated log, and applications.
 */
@NullMarked
package io.millrace.simulation;

import org.jspecify.annotations.NullMarked;
