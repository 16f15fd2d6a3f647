/** A primary that follows a script of steps and says where a replica answers otherwise than {@code docs/wire.md} promises. */
@NullMarked
package throughline.harness.conformance;

import org.jspecify.annotations.NullMarked;
