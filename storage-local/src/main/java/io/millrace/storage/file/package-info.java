/**
 * The file port: the few things that a log asks of a disk.
 *
 * <p>Start reading at {@link io.millrace.storage.file.Disk}. {@link
 * io.millrace.storage.file.LocalDisk} is the real one; tests use one that loses power. Nothing in
 * here knows what a segment or an entry is.
 */
@NullMarked
package io.millrace.storage.file;

import org.jspecify.annotations.NullMarked;
