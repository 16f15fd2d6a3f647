/** One file per rule, and the list of them. Pure, like the evidence they read. */
@NullMarked
package throughline.primary.diagnosis.rules;

import org.jspecify.annotations.NullMarked;
