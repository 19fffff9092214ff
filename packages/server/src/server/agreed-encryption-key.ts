import { clientSecretPurpose } from '../client/client-secret.ts';
import type { Clock } from '../clock.ts';
import { homePaths, removeMadeEncryptionKey } from '../config/home.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { keyRingStore } from '../registration/key-rotation.ts';
import type { Storage } from '../storage/storage.ts';
import { CannotUnseal, unseal } from '../token/sealing.ts';
import {
  generateServerKey,
  isSealedWith,
  SIGNING_ALGORITHMS,
  type StoredServerKey,
} from '../token/server-key.ts';

/** Thrown when a database was encrypted with another `[encryption] key` than this node has. */
export class OtherEncryptionKey extends Error {
  override readonly name = 'OtherEncryptionKey';
}

/** Whether a client secret in the database was sealed with another key: such may be there before any signing key. */
async function hasOtherSecrets({ clients }: Pick<Storage, 'clients'>, key: Uint8Array): Promise<boolean> {
  const found = await clients.findWithSealedSecret();
  if (found === undefined) return false;
  try {
    unseal(found.client_secret_sealed, key, clientSecretPurpose(found.client_id));
    return false;
  } catch (error) {
    if (error instanceof CannotUnseal) return true;
    throw error;
  }
}

function refusal(home: string, place: string, made: boolean): OtherEncryptionKey {
  const { encryptionKey } = homePaths(home);
  const own = made
    ? `This node has none: [encryption] key is left out, and ${encryptionKey} is not there; the one this start made for a new database was removed again.`
    : `This node's is another one: that of [encryption] key in deployment.toml, or else ${encryptionKey}.`;
  return new OtherEncryptionKey(
    `${place} holds keys that were encrypted with the [encryption] key of another node. ${own} Copy repository/resources/security/encryption.key from the home of a node that runs to ${encryptionKey}, or give all nodes the same key: [encryption] key = "$file{/run/secrets/encryption.key}" in deployment.toml.`,
  );
}

/**
 * Makes sure that a database is encrypted with the key of this node and no other. The first node that serves from an empty
 * database marks it by the first signing key, before anything else is encrypted: of several at once the database takes that of
 * one, and the others are refused.
 * @param claims whether to mark a database that has no mark: what serves does, a command does not
 * @param made whether this start made the key; it is removed where the database has another
 * @throws OtherEncryptionKey
 */
export async function agreeOnEncryptionKey(
  {
    home,
    place,
    storage,
    events,
    key,
    clock,
  }: {
    readonly home: string;
    /** The database in words. */
    readonly place: string;
    readonly storage: Pick<Storage, 'signingKeys' | 'commit' | 'clients'>;
    readonly events: Pick<EventRecorder, 'prepare'>;
    readonly key: Uint8Array;
    readonly clock: Clock;
  },
  { claims, made }: { readonly claims: boolean; readonly made: boolean },
): Promise<void> {
  const refuse = async (): Promise<never> => {
    if (made) await removeMadeEncryptionKey(home);
    throw refusal(home, place, made);
  };
  const isOurs = (each: StoredServerKey) => isSealedWith(each, key);
  const present = await storage.signingKeys.list();
  if (present.length > 0) return present.every(isOurs) ? undefined : await refuse();
  if (await hasOtherSecrets(storage, key)) await refuse();
  if (!claims) return;
  const [alg] = SIGNING_ALGORITHMS;
  const store = keyRingStore(storage, events);
  await store.insertIfNone(await generateServerKey(alg, 'active', key, clock()));
  const marked = await storage.signingKeys.list();
  if (!marked.every(isOurs)) await refuse();
  // The one published ahead is as old: whoever knows one of the first keys knows the other.
  for (const { created_at } of marked.filter((each) => each.alg === alg && each.state === 'active')) {
    await store.insertIfNone(await generateServerKey(alg, 'next', key, created_at));
  }
}
