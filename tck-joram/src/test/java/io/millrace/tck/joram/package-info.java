/**
 * What the JORAM suite needs to run against Millrace: start at {@link MillraceAdmin}, which the
 * suite makes anew for each of its tests. The tests themselves come from the module {@code suite}.
 */
@NullMarked
package io.millrace.tck.joram;

import org.jspecify.annotations.NullMarked;
