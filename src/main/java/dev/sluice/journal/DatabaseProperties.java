package dev.sluice.journal;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The PostgreSQL that holds the log of several replicas.
 *
 * @param url its JDBC address, such as {@code jdbc:postgresql://db:5432/sluice?sslmode=verify-full}; required when the store's type is {@code postgresql}
 * @param username who Sluice is there: the owner of its tables
 * @param password that user's password
 */
@ConfigurationProperties("spring.datasource")
record DatabaseProperties(
        @Nullable String url,
        @Nullable String username,
        @Nullable String password) {

    private static final String KIND = "jdbc:postgresql:";

    /** The address without what a URL may carry beside it; only the store of that type needs one. */
    String requireUrl() {
        if (url == null || !url.startsWith(KIND)) {
            throw new IllegalArgumentException("spring.datasource.url must be the JDBC address of a PostgreSQL such as"
                    + " jdbc:postgresql://db:5432/sluice, because sluice.store.type is postgresql"
                    + (url == null ? "; it is missing" : ", and does not begin with " + KIND));
        }
        return url;
    }

    /** The password stays out of every log line, and so does what stands in the address. */
    @Override
    public String toString() {
        return "DatabaseProperties[]";
    }
}
