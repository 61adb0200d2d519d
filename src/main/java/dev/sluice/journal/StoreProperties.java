package dev.sluice.journal;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where the log lives.
 *
 * @param path the directory of the embedded store; made if it is missing, used by one process at a time
 * @param leastFreeSpace room that must be left there for new generations to be accepted and submits to begin
 */
@ConfigurationProperties("sluice.store")
record StoreProperties(
        @DefaultValue("data") Path path,
        @DefaultValue("64MB") DataSize leastFreeSpace) {}
