/** What an operator looks at at three in the morning: one page on the management port, and the figures it draws. */
@ApplicationModule(allowedDependencies = {"generation", "journal", "capacity"})
@NullMarked
package dev.sluice.console;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
