/** What a client sees of a box in the way, and what the replica sees: recorded from products, compared with imitations. */
@NullMarked
package throughline.harness.face;

import org.jspecify.annotations.NullMarked;
