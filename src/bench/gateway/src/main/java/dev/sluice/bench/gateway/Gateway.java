package dev.sluice.bench.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Spring Cloud Gateway with one route, which its command line gives. */
@SpringBootApplication
public class Gateway {

    public static void main(String[] arguments) {
        SpringApplication.run(Gateway.class, arguments);
    }
}
