package throughline.harness.middlebox;

import org.junit.jupiter.api.Nested;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import throughline.harness.middlebox.RealBoxContract.Of;
import throughline.harness.middlebox.external.RealBox;

/** Holds the products that need a router to the contract, in the network of its own that its process was started in. */
public final class RouterContractRun {
    private RouterContractRun() {}

    /** Prints a line for each test: what became of it, its class, its method, and why where it did not pass. */
    public static void main(String[] none) {
        LauncherDiscoveryRequest all = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(Products.class))
                .build();
        LauncherFactory.create().execute(all, new Printed());
    }

    static final class Products {
        @Nested
        @Of(RealBox.SQUID_INTERCEPT_BUMP)
        class OfSquidInterceptBump extends RouterContract {}

        @Nested
        @Of(RealBox.SQUID_INTERCEPT_SPLICE)
        class OfSquidInterceptSplice extends RouterContract {}

        @Nested
        @Of(RealBox.MITMPROXY_TRANSPARENT)
        class OfMitmproxyTransparent extends RouterContract {}
    }

    private static final class Printed implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                String box = test.getParentId().orElse("").replaceAll(".*:(\\w+)].*?$", "$1");
                System.out.println(result.getStatus() + " " + box + " "
                        + test.getDisplayName().replace("()", "") + why(result));
            }
        }

        private static String why(TestExecutionResult result) {
            return result.getThrowable().map(thrown -> ": " + thrown).orElse("");
        }
    }
}
