/** The primary: replicates to a replica through whatever is in between, and says what is in the way when it fails. */
@NullMarked
package throughline.primary;

import org.jspecify.annotations.NullMarked;
