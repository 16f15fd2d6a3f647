/**
 * Networks of a run's own: a process that has left the machine's network, and routers and replicas in namespaces beside it.
 * A package of its own, because it knows nothing of topologies and testbeds, and is the only one with native calls.
 */
@NullMarked
package throughline.harness.lab;

import org.jspecify.annotations.NullMarked;
