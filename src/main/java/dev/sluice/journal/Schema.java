package dev.sluice.journal;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;

/** The tables of a log: which version of them is there, and which this program knows. */
final class Schema {

    /** For every database. */
    static final String COMMON = "classpath:journal";

    /** Beside the common ones: what only PostgreSQL knows. */
    static final String POSTGRESQL = "classpath:journal-postgresql";

    private final Flyway flyway;

    Schema(DataSource database, String... migrations) {
        flyway = Flyway.configure().dataSource(database).locations(migrations).load();
    }

    /** The version that is there; empty in a new log. */
    Optional<MigrationVersion> current() {
        return Optional.ofNullable(flyway.info().current()).map(MigrationInfo::getVersion);
    }

    /** The newest version that this program knows. */
    MigrationVersion newest() {
        return Arrays.stream(flyway.info().all())
                .filter(migration -> !migration.getState().name().startsWith("FUTURE"))
                .map(MigrationInfo::getVersion)
                .filter(Objects::nonNull)
                .max(MigrationVersion::compareTo)
                .orElse(MigrationVersion.EMPTY);
    }

    /** Whether what is there is newer than what this program knows. */
    boolean isNewer() {
        return current().filter(version -> version.isNewerThan(newest())).isPresent();
    }

    /** Whether what is there has to be changed first; nothing has to be in a new log. */
    boolean isOlder() {
        return current().isPresent() && flyway.info().pending().length > 0;
    }

    /** Brings it up to date, under a lock: of several replicas that start at once, one does it and the others wait. */
    void migrate() {
        flyway.migrate();
    }
}
