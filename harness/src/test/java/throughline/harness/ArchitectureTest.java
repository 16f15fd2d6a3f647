package throughline.harness;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.PrintStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dependency directions of the design, over all modules at once. */
class ArchitectureTest {
    private static final String[] PURE = {
        "throughline.tls..",
        "throughline.primary.evidence..",
        "throughline.primary.diagnosis..",
        "throughline.harness.topology.."
    };

    private static JavaClasses classes;

    @BeforeAll
    static void importEveryModule() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("throughline");
    }

    @Test
    void protocolDependsOnNoOtherModule() {
        noClasses()
                .that()
                .resideInAnyPackage("throughline.protocol..", "throughline.tls..", "throughline.identity..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "throughline.certs..",
                        "throughline.replica..",
                        "throughline.primary..",
                        "throughline.harness..")
                .check(classes);
    }

    @Test
    void certsReplicaAndPrimaryDependOnProtocolAlone() {
        classes()
                .that()
                .resideInAPackage("throughline.certs..")
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage("throughline.."))
                        .or(resideInAPackage("throughline.certs.."))
                        .or(resideInAPackage("throughline.identity..")))
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("throughline.replica..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("throughline.certs..", "throughline.primary..", "throughline.harness..")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("throughline.primary..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("throughline.certs..", "throughline.replica..", "throughline.harness..")
                .check(classes);
    }

    @Test
    void purePackagesTouchNoSocketFileClockOrHttpLibrary() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "javax.net..",
                        "okhttp3..",
                        "okio..",
                        "org.eclipse.jetty..",
                        "tools.jackson..")
                .check(classes);
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.time.InstantSource.class)
                .check(classes);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("throughline.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void jacksonIsUsedInOnePlace() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("throughline.protocol.Json")
                .and()
                .haveNameNotMatching("throughline\\.protocol\\.Json\\$.*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
                .check(classes);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("throughline.harness.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace", PrintStream.class)
                .check(classes);
    }

    @Test
    void primaryPullsInNeitherJettyNorBouncyCastle() {
        noClasses()
                .that()
                .resideInAnyPackage("throughline.primary..", "throughline.protocol..", "throughline.identity..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.eclipse.jetty..", "org.bouncycastle..")
                .check(classes);
    }
}
