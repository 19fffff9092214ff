import type { ConfiguredRoles, NamedRole } from '../client/trust-role.ts';
import { judgeStores } from '../client-authentication/judged-stores.ts';
import { type ReportedEntry, trustReport } from '../client-authentication/trust-report.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import { databaseAsSource, filesAsSource, sharesTrust } from '../server/shared-trust.ts';
import { judgedFrom } from '../server/trust-stores.ts';
import type { Storage } from '../storage/storage.ts';

/** What a check of the doctor came to. */
export type Found = { readonly outcome: 'ok' | 'warning' | 'failed'; readonly detail: string };

/** At most so many clients are named of one entry. */
const NAMED = 5;

function entryFinding(entry: ReportedEntry): Found {
  const { store, alias, role, because, why, warning, to_confirm, clients = [] } = entry;
  const says = `${alias} in ${store} ${role === 'authority' ? 'vouches for clients' : 'vouches for nobody'}: ${why}`;
  if (warning !== undefined) {
    const whose = clients.length > 0 ? ` (${clients.slice(0, NAMED).join(', ')})` : '';
    return { outcome: 'warning', detail: `${says}; it ${warning}${whose}` };
  }
  if (to_confirm.length > 0) {
    return { outcome: 'warning', detail: `${says}; nobody confirmed it: ${to_confirm.join(', or ')}` };
  }
  return { outcome: because === 'unreadable' ? 'warning' : 'ok', detail: says };
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
    .map(([thumbprint, role, by]) => ({
      outcome: 'warning',
      detail: `${thumbprint} stands in no store, and will be ${role} where it is imported: named by ${by}`,
    }));
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
    ...(entries.length === 0 ? [{ outcome: 'ok' as const, detail: 'the trust store is empty' }] : []),
    ...(upgraded
      ? []
      : [
          {
            outcome: 'warning' as const,
            detail:
              'what clients had before the upgrade is not known yet: the next start of the server notes it',
          },
        ]),
    ...(ofPublicWeb.length === 0
      ? []
      : [
          {
            outcome: 'warning' as const,
            detail: `${ofPublicWeb.length} entries are roots of the public web: whoever gets a certificate there comes through; name the authorities, and set [truststore] unnamed = "handshake"`,
          },
        ]),
    ...entries.map(entryFinding),
    ...rolesWithoutEntry(entries, now().truststore, await storage.authorities.named()),
  ];
}
