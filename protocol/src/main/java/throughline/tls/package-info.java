/**
 * What a TLS connection shows in the clear: hellos, alerts, or that it is no TLS at all.
 *
 * <p>Bytes in, records out; no socket, no clock, no TLS provider. {@link throughline.tls.ClearTextReader} is the way in.
 */
@NullMarked
package throughline.tls;

import org.jspecify.annotations.NullMarked;
