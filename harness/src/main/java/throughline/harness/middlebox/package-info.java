/**
 * The boxes that stand between a primary and a replica: one that passes bytes, one that answers CONNECT, one that ends TLS.
 * They listen on loopback only and count every byte, so that a test can say which way the traffic took.
 */
@NullMarked
package throughline.harness.middlebox;

import org.jspecify.annotations.NullMarked;
