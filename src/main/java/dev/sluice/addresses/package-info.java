/** Where Sluice may connect to on a stranger's word. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.sluice.addresses;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
