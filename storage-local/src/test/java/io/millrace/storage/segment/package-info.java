/** Tests of the segmented log, on the machine's disk and on one that loses power. */
@NullMarked
package io.millrace.storage.segment;

import org.jspecify.annotations.NullMarked;
