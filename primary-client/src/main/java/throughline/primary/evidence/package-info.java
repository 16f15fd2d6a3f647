/**
 * What was observed of one attempt: immutable facts, each from one witness, collected in a case file. Nothing here
 * touches a socket, a file or a clock, so that a case can be read again years later on another machine.
 */
@NullMarked
package throughline.primary.evidence;

import org.jspecify.annotations.NullMarked;
