package io.millrace.server.net;

import io.millrace.wire.Id128;

/** A producer of a link, and the partition that its window is at. */
record OpenedProducer(Id128 id, int partition) {}
