/** Certificates made on the spot, for tests and the harness: good ones, and ones that deviate in one named way. */
@NullMarked
package throughline.certs;

import org.jspecify.annotations.NullMarked;
