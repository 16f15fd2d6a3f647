/** Words that people type: which one was meant. */
@NullMarked
package throughline.harness.text;

import org.jspecify.annotations.NullMarked;
