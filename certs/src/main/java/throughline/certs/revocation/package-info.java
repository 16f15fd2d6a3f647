/** CRLs and OCSP answers over HTTP on loopback, from authorities of this module: good ones, and ones that are of no use. */
@NullMarked
package throughline.certs.revocation;

import org.jspecify.annotations.NullMarked;
