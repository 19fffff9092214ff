import { claimsOn } from '../client/authority-claim.ts';
import type { Client } from '../client/client.ts';
import { ownCertificates, ownClaims } from '../client/own-certificates.ts';
import { everyItem } from '../storage/every-item.ts';
import type { Storage } from '../storage/storage.ts';

/** Rows written at once: far below what a statement may hold on either database. */
const AT_ONCE = 500;

/** What a client had before claims were kept: all an administrator gave it, and the certificates that strangers proved. */
async function claimsBefore(storage: Pick<Storage, 'dynamicRegistrations'>, client: Client) {
  const isStranger = (await storage.dynamicRegistrations.find(client.client_id)) !== undefined;
  if (!isStranger) return ownClaims(client.metadata);
  return ownCertificates(client.metadata).flatMap(({ certificate }) =>
    certificate ? claimsOn(certificate) : [],
  );
}

/**
 * Notes, once for a deployment that is older than claims are, what each of its clients has. Then every entry of its trust
 * store goes on as before: only a certificate authority vouched for others, and no client's own.
 * @returns whether it was done now; done before by whatever node, it is not again
 */
export async function noteClaimsBefore(
  storage: Pick<Storage, 'authorities' | 'clients' | 'dynamicRegistrations' | 'commit'>,
  now: number,
): Promise<boolean> {
  const { authorities } = storage;
  if (await authorities.isUpgraded()) return false;
  for await (const client of everyItem((page) => storage.clients.list(page))) {
    const claims = await claimsBefore(storage, client);
    for (let from = 0; from < claims.length; from += AT_ONCE) {
      const some = authorities.steps.claim(client.client_id, claims.slice(from, from + AT_ONCE), now);
      await storage.commit(some);
    }
  }
  return (await storage.commit([authorities.steps.upgrade()])).outcome === 'committed';
}
