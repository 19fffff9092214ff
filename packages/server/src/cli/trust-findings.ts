import type { ConfiguredRoles, NamedRole } from '../client/trust-role.ts';
import { judgeStores } from '../client-authentication/judged-stores.ts';
import { type ReportedEntry, trustReport } from '../client-authentication/trust-report.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import { databaseAsSource, filesAsSource, sharesTrust } from '../server/shared-trust.ts';
import { judgedFrom } from '../server/trust-stores.ts';
import type { Storage } from '../storage/storage.ts';
import { type Found, named, ok, warning } from './doctor/finding.ts';

export type { Found } from './doctor/finding.ts';

function entryFinding(entry: ReportedEntry): Found {
  const { store, alias, role, because, why, warning: told, to_confirm, clients = [] } = entry;
  const says = `${alias} in ${store} ${role === 'authority' ? 'vouches for clients' : 'vouches for nobody'}: ${why}`;
  if (told !== undefined) {
    const whose = clients.length > 0 ? ` (${named(clients)})` : '';
    return warning('trust_doubtful', `${says}; it ${told}${whose}`);
  }
  if (to_confirm.length > 0) {
    return warning('trust_unconfirmed', `${says}; nobody confirmed it: ${to_confirm.join(', or ')}`);
  }
  return because === 'unreadable' ? warning('trust_doubtful', says) : ok(says);
}

/** Roles that no entry has: a thumbprint that was mistyped, or a role that waits for its certificate. */
function rolesWithoutEntry(
  entries: readonly ReportedEntry[],
  { authorities, handshake }: ConfiguredRoles,
  given: readonly NamedRole[],
): readonly Found[] {
  const present = new Set(entries.map(({ thumbprint }) => thumbprint));
  const waiting = [
    ...authorities.map((thumbprint) => [thumbprint, 'authority', '[truststore] authorities'] as const),
    ...handshake.map((thumbprint) => [thumbprint, 'handshake', '[truststore] handshake'] as const),
    ...given.map(({ thumbprint, role, named_by }) => [thumbprint, role, named_by] as const),
  ];
  return waiting
    .filter(([thumbprint]) => !present.has(thumbprint))
    .map(([thumbprint, role, by]) =>
      warning(
        'trust_role_waits',
        `${thumbprint} stands in no store, and will be ${role} where it is imported: named by ${by}`,
      ),
    );
}

/** What every entry of the trust stores is and why, as the server would have it. */
export async function trustFindings(
  configuration: FollowedConfiguration,
  storage: Pick<Storage, 'authorities' | 'registry' | 'trustStores'>,
): Promise<Found[]> {
  const { now, atStart } = configuration;
  const source = sharesTrust(atStart)
    ? databaseAsSource(configuration, storage)
    : filesAsSource(configuration);
  const judged = await judgeStores(judgedFrom(configuration, source, storage));
  const entries = trustReport(judged);
  const ofPublicWeb = entries.filter(({ of_public_web }) => of_public_web);
  const upgraded = await storage.authorities.isUpgraded();
  return [
    ...(entries.length === 0 ? [ok('the trust store is empty')] : []),
    ...(upgraded
      ? []
      : [
          warning(
            'trust_upgrade_pending',
            'what clients had before the upgrade is not known yet: the next start of the server notes it',
          ),
        ]),
    ...(ofPublicWeb.length === 0
      ? []
      : [
          warning(
            'trust_public_roots',
            `${ofPublicWeb.length} entries are roots of the public web: whoever gets a certificate there comes through; name the authorities, and set [truststore] unnamed = "handshake"`,
          ),
        ]),
    ...entries.map(entryFinding),
    ...rolesWithoutEntry(entries, now().truststore, await storage.authorities.named()),
  ];
}
