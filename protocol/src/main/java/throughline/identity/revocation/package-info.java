/** Whether a certificate has been revoked: asks the OCSP responders and CRLs that it names, and says what came back. */
@NullMarked
package throughline.identity.revocation;

import org.jspecify.annotations.NullMarked;
