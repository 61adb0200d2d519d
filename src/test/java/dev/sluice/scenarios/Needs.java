package dev.sluice.scenarios;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** The programs that a test calls and that the build does not bring along. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeededPrograms.class)
@interface Needs {

    String[] value();

    /** A module that a python3 among them has to know; none if empty. */
    String pythonModule() default "";

    /** The line that installs them. */
    String installedBy();
}
