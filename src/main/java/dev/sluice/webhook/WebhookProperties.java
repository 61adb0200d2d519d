package dev.sluice.webhook;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where webhooks may go.
 *
 * @param allowPrivateAddresses whether webhooks may go to addresses of this machine and of the networks it stands in
 */
@ConfigurationProperties("sluice.webhook")
record WebhookProperties(@DefaultValue("false") boolean allowPrivateAddresses) {}
