package dev.sluice;

import dev.sluice.access.GatewayKey;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the gateway; with the one argument {@code key} it makes a key for a caller instead. */
@SpringBootApplication
public class SluiceApplication {

    public static void main(String[] args) {
        if (args.length == 1 && args[0].equals("key")) {
            System.out.print(GatewayKey.random().forOperator());
            return;
        }
        SpringApplication.run(SluiceApplication.class, args);
    }
}
