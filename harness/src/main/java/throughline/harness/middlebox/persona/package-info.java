/** Boxes set up by files that people write: personas, which behave as a product does, and lists of adversities. */
@NullMarked
package throughline.harness.middlebox.persona;

import org.jspecify.annotations.NullMarked;
