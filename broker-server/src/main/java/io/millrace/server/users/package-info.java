/**
 * Who may connect: {@link io.millrace.server.users.UserFile} keeps names and hashed passwords,
 * {@link io.millrace.server.users.FileAuthenticator} asks it. Nobody outside hashes or compares
 * passwords.
 */
@NullMarked
package io.millrace.server.users;

import org.jspecify.annotations.NullMarked;
