package io.millrace.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Calendar;
import java.util.Date;
import java.util.Timer;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Which module may see what. A module that has no class yet passes; one with an unknown package
 * does not.
 */
@AnalyzeClasses(packages = "io.millrace", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
    private static final String WIRE = "io.millrace.wire";
    private static final String SOCKETS = "io.millrace.wire.netty..";
    private static final String SELECTOR = "io.millrace.selector..";
    private static final String CORE = "io.millrace.core..";
    private static final String STORAGE = "io.millrace.storage..";
    private static final String SERVER = "io.millrace.server..";
    private static final String CLIENT = "io.millrace.jms..";
    private static final String ADAPTER = "io.millrace.ra..";

    /** Else a new or renamed package would slip past every rule below. */
    @ArchTest
    static final ArchRule everyClassBelongsToAModule =
            classes()
                    .should()
                    .resideInAnyPackage(
                            WIRE, SOCKETS, SELECTOR, CORE, STORAGE, SERVER, CLIENT, ADAPTER);

    @ArchTest
    static final ArchRule clientNeverSeesBroker =
            noClasses()
                    .that()
                    .resideInAnyPackage(CLIENT, ADAPTER)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(CORE, STORAGE, SERVER)
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule brokerNeverSeesClient =
            noClasses()
                    .that()
                    .resideInAnyPackage(CORE, STORAGE, SERVER)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(CLIENT, ADAPTER, "jakarta.jms..");

    @ArchTest
    static final ArchRule clientNeverSeesResourceAdapter =
            noClasses()
                    .that()
                    .resideInAPackage(CLIENT)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(ADAPTER)
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule wireProtocolStandsAlone =
            classes()
                    .that()
                    .resideInAPackage(WIRE)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(WIRE, "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule socketsStandOnWireProtocol =
            classes()
                    .that()
                    .resideInAPackage(SOCKETS)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            SOCKETS, WIRE, "java..", "org.jspecify..", "org.slf4j..", "io.netty..");

    @ArchTest
    static final ArchRule selectorStandsAlone =
            classes()
                    .that()
                    .resideInAPackage(SELECTOR)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            SELECTOR, "java..", "org.jspecify..", "org.antlr.v4.runtime..")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule coreStandsOnWireProtocol =
            classes()
                    .that()
                    .resideInAPackage(CORE)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            CORE, WIRE, "java..", "org.jspecify..", "org.roaringbitmap..");

    @ArchTest
    static final ArchRule storageNeverSeesServer =
            noClasses()
                    .that()
                    .resideInAPackage(STORAGE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(SERVER, "io.netty..")
                    .allowEmptyShould(true);

    /** Its files are not to be trusted: nobody may come to depend on them. */
    @ArchTest
    static final ArchRule onlyTheIndexSeesMapDb =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.millrace.storage.index..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.mapdb..");

    /** Applications with a broker inside have no need of it, and no time to load it. */
    @ArchTest
    static final ArchRule onlyMetricsSeeMicrometer =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.millrace.server.metrics..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.micrometer..", "com.sun.net.httpserver..");

    @ArchTest
    static final ArchRule coreSeesNoThreadNoDiskNoNetwork =
            noClasses()
                    .that()
                    .resideInAPackage(CORE)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                            "java.util.concurrent..",
                                            "java.nio.channels..",
                                            "java.nio.file..",
                                            "java.net..")
                                    .or(assignableTo(Thread.class))
                                    .or(assignableTo(ThreadLocal.class))
                                    .or(assignableTo(Timer.class))
                                    .or(nameMatching("java\\.io\\.(File.*|RandomAccessFile)")))
                    .because("the shell acts, the core only decides and remembers");

    @ArchTest
    static final ArchRule coreSeesNoClockNoRandomness =
            noClasses()
                    .that()
                    .resideInAPackage(CORE)
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("java.time..")
                                    .or(assignableTo(Date.class))
                                    .or(assignableTo(Calendar.class))
                                    .or(assignableTo(RandomGenerator.class)))
                    .orShould()
                    .accessTargetWhere(
                            target(owner(type(System.class)))
                                    .and(target(nameMatching("currentTimeMillis|nanoTime"))))
                    .orShould()
                    .accessTargetWhere(target(owner(type(Math.class))).and(target(name("random"))))
                    .orShould()
                    .accessTargetWhere(
                            target(owner(type(UUID.class))).and(target(name("randomUUID"))))
                    .because("time arrives with each command, and a replay must decide the same");
}
