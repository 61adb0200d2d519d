package dev.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTests {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sluice");

    @Test
    void keepsTheRoomsApartAsTheirPackagesSay() {
        ApplicationModules.of(SluiceApplication.class).verify();
    }

    @Test
    void keepsTheModelFreeOfFrameworks() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.generation")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework.(boot|web|jdbc|context|core|http)..",
                        "reactor..",
                        "io.netty..",
                        "tools.jackson..",
                        "java.sql..")
                .because("what a generation is must not change with what it runs on")
                .check(MAIN);
    }

    @Test
    void readsJsonWithOneLibrary() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson.databind..")
                .because("Jackson 2 may be on the class path, and its mapper knows none of our settings")
                .check(MAIN);
    }

    @Test
    void neverWaitsForAPublisher() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.sluice.journal.SqliteStore")
                .should()
                .callMethod(reactor.core.publisher.Mono.class, "block")
                .orShould()
                .callMethod(reactor.core.publisher.Flux.class, "blockLast")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .because("an event loop that waits stops every caller on it; only the store waits, when it closes")
                .check(MAIN);
    }
}
