package dev.sluice.pictures;

import dev.sluice.upstream.Upstream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PicturesConfiguration {

    @Bean
    PictureHosts pictureHosts(Upstream upstream) {
        return new PictureHosts(upstream.baseUrl());
    }
}
