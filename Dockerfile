# A clean checkout is enough: docker build -t sluice . builds the jar, the Java that it needs, and trains the AOT cache.
ARG MAVEN=docker.io/library/maven:3.9-eclipse-temurin-25
ARG DEBIAN=docker.io/library/debian:12-slim

# The jar, taken apart: libraries change less often than the application, and an AOT cache wants them as files.
FROM ${MAVEN} AS jar
WORKDIR /build
COPY pom.xml ./
COPY src/main src/main
RUN --mount=type=cache,target=/repository mvn -B -ntp -Dmaven.repo.local=/repository -Dmaven.test.skip=true -Dformat.phase=none package
RUN java -Djarmode=tools -jar target/sluice-*.jar extract --layers --application-filename sluice.jar --destination layers

# Only the modules that Sluice and its libraries use. java.desktop has java.beans, for Spring, and paints the simulator's
# pictures; java.security.jgss and java.naming are PostgreSQL's; jdk.jfr is for whoever has to look into a running one.
FROM ${MAVEN} AS java
RUN jlink --output /java --no-header-files --no-man-pages --compress zip-6 --add-modules \
    java.base,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.net,jdk.unsupported

# What is in the image: Debian's smallest, certificates, that Java, Sluice. No package manager's lists, no curl, no compiler.
FROM ${DEBIAN} AS sluice
RUN apt-get update -q \
    && apt-get install -yq --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
    && mkdir -p /sluice /var/lib/sluice && chown 10001:10001 /var/lib/sluice
COPY --from=java /java /opt/java
WORKDIR /sluice
COPY --from=jar /build/layers/dependencies/ ./
COPY --from=jar /build/layers/application/ ./
COPY src/docker/jvm.options src/docker/healthy ./
ENV PATH=/opt/java/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    MALLOC_ARENA_MAX=2 \
    SLUICE_STORE_PATH=/var/lib/sluice

# The same files in the same places under the same flags, or the cache is refused: so it is trained in the image itself.
FROM sluice AS trained
COPY src/docker/train ./
RUN bash ./train

FROM sluice
COPY --from=trained /tmp/sluice.aot ./
USER 10001:10001
VOLUME /var/lib/sluice
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["bash", "/sluice/healthy"]
ENTRYPOINT ["java", "-XX:AOTCache=/sluice/sluice.aot", "@/sluice/jvm.options", "-jar", "/sluice/sluice.jar"]
