/** Tests of the catalog. */
@NullMarked
package io.millrace.core.catalog;

import org.jspecify.annotations.NullMarked;
