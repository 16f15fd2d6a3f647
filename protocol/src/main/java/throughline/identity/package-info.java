/** Who an endpoint is and whom it believes: private keys with their chains, trust anchors, and files of both. */
@NullMarked
package throughline.identity;

import org.jspecify.annotations.NullMarked;
