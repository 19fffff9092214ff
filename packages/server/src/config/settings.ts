import type { Deployment } from './deployment.ts';

/**
 * A deployment in two: the keys whose notes say `reload: 'restart'`, which may be captured when a server is
 * built, and those that say `reload: 'live'`, which are asked for again each time. Nothing stands in both.
 */
export function settingsOf(deployment: Deployment) {
  const { proxy_protocol, ...proxy } = deployment.transport.proxy;
  const { signing_algorithm, ...oauth } = deployment.oauth;
  const { mode, ...registration } = deployment.registration;
  const { session_lifetime, ...console } = deployment.console;
  const { level, ...logging } = deployment.logging;
  return {
    atStart: {
      server: deployment.server,
      super_admin: deployment.super_admin,
      database: deployment.database,
      transport: {
        https: deployment.transport.https,
        mtls: deployment.transport.mtls,
        proxy: { proxy_protocol },
      },
      encryption: deployment.encryption,
      oauth: { signing_algorithm },
      event_listener: deployment.event_listener,
      plug_ins: deployment.plug_ins,
      registration: { mode },
      authorization_details_type: deployment.authorization_details_type,
      console,
      metrics: deployment.metrics,
      health: deployment.health,
      telemetry: deployment.telemetry,
      logging,
    },
    live: {
      keystore: deployment.keystore,
      truststore: deployment.truststore,
      transport: { proxy },
      oauth,
      claims: deployment.claims,
      aliases: deployment.aliases,
      account_lock: deployment.account_lock,
      password_policy: deployment.password_policy,
      outbound: deployment.outbound,
      admin_console: deployment.admin_console,
      trust_group: deployment.trust_group,
      registration,
      resource: deployment.resource,
      sign_in: deployment.sign_in,
      console: { session_lifetime },
      events: deployment.events,
      expiry_watch: deployment.expiry_watch,
      logging: { level },
      webhook: deployment.webhook,
      branding: deployment.branding,
    },
  };
}

type Settings = ReturnType<typeof settingsOf>;

/** What only the next start changes. */
export type StartSettings = Settings['atStart'];
/** How lines of the log are written. */
export type LogFormat = StartSettings['logging']['format'];

/** What a running server takes up. */
export type LiveSettings = Settings['live'];
