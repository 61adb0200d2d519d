package dev.sluice.journal;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the log lives.
 *
 * @param path the directory of the embedded store; made if it is missing, used by one process at a time
 */
@ConfigurationProperties("sluice.store")
record StoreProperties(@DefaultValue("data") Path path) {}
