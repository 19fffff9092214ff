import { z } from 'zod';
import { type KnownKey, type KnownSection, knownSections } from './key-notes.ts';
import { aliases } from './sections/aliases.ts';
import { eventListener, mutualSslAuthenticator, plugIns } from './sections/authenticators.ts';
import { claims } from './sections/claims.ts';
import { identityDb } from './sections/database.ts';
import { expiryWatch } from './sections/expiry.ts';
import { authorizationDetailsType, maximaHold, oauth, resource } from './sections/oauth.ts';
import { consoleSection, events, health, logging, metrics, outbound } from './sections/operation.ts';
import { registration } from './sections/registration.ts';
import { encryption, server, superAdmin } from './sections/server.ts';
import { accountLock, branding, passwordPolicy, signIn } from './sections/sign-in.ts';
import { primaryKeystore, trustGroup, truststore } from './sections/stores.ts';
import { telemetry } from './sections/telemetry.ts';
import { https, mtls, proxy } from './sections/transport.ts';
import { distinct, rule } from './sections/values.ts';
import { webhook } from './sections/webhook.ts';

export { MUTUAL_TLS_CLIENT_AUTHENTICATOR } from './sections/authenticators.ts';
export { decodedEncryptionKey, ENCRYPTION_KEY } from './sections/server.ts';
export { CLIENT_AUTH_TRUST_MANAGER } from './sections/transport.ts';
export { DEFAULT_STORE_PASSWORD } from './sections/values.ts';

/** The whole of `deployment.toml`: RFC, WSO2 and own key names as they stand in the file, every default filled in. */
export const DeploymentSchema = z
  .strictObject({
    server: server.prefault({}),
    super_admin: superAdmin.prefault({}),
    database: z.strictObject({ identity_db: identityDb.prefault({}) }).prefault({}),
    keystore: z.strictObject({ primary: primaryKeystore.prefault({}) }).prefault({}),
    truststore: truststore.prefault({}),
    transport: z
      .strictObject({ https: https.prefault({}), mtls: mtls.prefault({}), proxy: proxy.prefault({}) })
      .prefault({}),
    encryption: encryption.prefault({}),
    oauth: oauth.prefault({}).check(maximaHold),
    claims: claims.prefault({}),
    aliases: aliases.prefault({}),
    account_lock: accountLock.prefault({}),
    password_policy: passwordPolicy.prefault({}),
    outbound: outbound.prefault({}),
    event_listener: eventListener.check(distinct('id')),
    plug_ins: plugIns.prefault({}),
    admin_console: z
      .strictObject({
        authenticator: z
          .strictObject({ mutual_ssl_authenticator: mutualSslAuthenticator.prefault({}) })
          .prefault({}),
      })
      .prefault({}),
    trust_group: trustGroup.check(distinct('name')),
    registration: registration.prefault({}),
    resource: resource.check(distinct('identifier')),
    authorization_details_type: authorizationDetailsType.check(distinct('type')),
    sign_in: signIn.prefault({}),
    console: consoleSection.prefault({}),
    metrics: metrics.prefault({}),
    health: health.prefault({}),
    telemetry: telemetry.prefault({}),
    events: events.prefault({}),
    expiry_watch: expiryWatch.prefault({}),
    logging: logging.prefault({}),
    webhook: webhook.check(distinct('id')),
    branding: branding.prefault({}),
  })
  .check(({ value, issues }) => {
    const known = value.trust_group.map(({ name }) => name);
    value.registration.trust_groups.forEach((name, index) => {
      if (known.includes(name)) return;
      issues.push({
        ...rule,
        input: name,
        path: ['registration', 'trust_groups', index],
        message: `names no [[trust_group]]: ${JSON.stringify(name)}`,
      });
    });
  });

/** Every section of the file, each with its own keys, in the order of the template. */
export const SECTIONS: readonly KnownSection[] = knownSections(DeploymentSchema);

/** Every key of the file. */
export const KEYS: readonly KnownKey[] = SECTIONS.flatMap(({ keys }) => keys);

/** What a running server can find changed: each key outside lists, and each list of tables as one. */
export const CHANGES: readonly {
  readonly path: readonly string[];
  readonly reload: 'live' | 'restart';
  /** What of it must never be shown: the key itself, or keys of each table of the list. */
  readonly secrets: readonly (readonly string[])[];
}[] = SECTIONS.flatMap((section) => {
  const secretIn = (keys: readonly KnownKey[]) =>
    keys.flatMap(({ path, notes: { secret } }) => (secret ? [path] : []));
  return section.repeated
    ? [
        {
          path: section.path,
          reload: section.notes.reload ?? 'restart',
          // With the keys of tables below its own.
          secrets: secretIn(
            SECTIONS.filter(({ path }) => section.path.every((name, at) => path[at] === name)).flatMap(
              ({ keys }) => keys,
            ),
          ),
        },
      ]
    : section.keys.map((known) => ({
        path: known.path,
        reload: known.notes.reload,
        secrets: secretIn([known]),
      }));
});
