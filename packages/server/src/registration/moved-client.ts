import { isDeepStrictEqual } from 'node:util';
import { isKnownArgon2id } from '../client/chosen-secret.ts';
import type { Client } from '../client/client.ts';
import type { LifetimeMaxima } from '../client/client-lifetimes.ts';
import { InvalidClientMetadata, parseClientMetadata } from '../client/client-registration.ts';
import { clientSecretPurpose, type GivenSecret, isKept, keptSecret } from '../client/client-secret.ts';
import { ownClaims } from '../client/own-certificates.ts';
import type { RegistrationDefaults } from '../client/response-algorithm.ts';
import { usesClientSecret } from '../client/token-endpoint-auth-method.ts';
import type { TokenEnds } from '../client/token-ends.ts';
import type { Clock } from '../clock.ts';
import { isVisible } from '../event/printable.ts';
import type { Storage } from '../storage/storage.ts';
import { seal, unseal } from '../token/sealing.ts';
import type { Step } from '../unit-of-work.ts';
import { checkLifetimes, clientTaken } from './client-rules.ts';

/** A client as another server had it. */
export type MovedClient = {
  readonly client_id: string;
  /** Seconds since the epoch; now when absent. */
  readonly client_id_issued_at?: number | undefined;
  readonly enabled: boolean;
  /** RFC 7591 metadata and this server's own members, as they are registered. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Counts where the method uses one alone. */
  readonly secret?: GivenSecret | undefined;
  /** Of a server of this kind: disabled by a restore until somebody confirms it. */
  readonly awaits_confirmation?: true | undefined;
  /** Of a server of this kind: what of its access tokens has ended. */
  readonly token_ends?: TokenEnds | undefined;
};

/** A moved client that was judged, and of which nothing is written. */
export type JudgedClient = {
  readonly client: Client;
  /** Whether its method needs a secret that nobody gave. */
  readonly lacksSecret: boolean;
  /** What differs from a client that is there: members of the metadata, `enabled`, `client_secret`. */
  differences(present: Client): Promise<readonly string[]>;
  /** The client with its secret, and what writes it. */
  written(): Promise<{ readonly client: Client; readonly steps: readonly Step[] }>;
};

export type JudgeMovedClient = (moved: MovedClient) => Promise<JudgedClient>;

/** Characters of a client_id that was given out elsewhere; anything that is seen, where one of our own is ASCII. */
const LONGEST_ID = 400;

const metadataDifferences = (present: Client, moved: Client): readonly string[] => {
  const [before, after] = [present.metadata, moved.metadata].map(
    (metadata): Readonly<Record<string, unknown>> => metadata,
  );
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].filter((name) => !isDeepStrictEqual(before?.[name], after?.[name]));
};

/**
 * Judges clients that another server registered. What holds of a registration holds of them, but for what the other
 * server decided long ago: a client_id may have any visible characters, a secret is kept, and the document of a sector,
 * which that server looked at, is not fetched.
 * @param isSubject whether an identifier is the `sub` of a person
 */
export function judgementOfMoved(
  storage: Pick<Storage, 'clients' | 'authorities'>,
  encryptionKey: Uint8Array,
  isSubject: (identifier: string) => Promise<boolean>,
  clock: Clock,
  defaults: RegistrationDefaults,
  maxima: () => Partial<LifetimeMaxima>,
): JudgeMovedClient {
  const { clients, authorities } = storage;

  const checkId = async (client_id: string) => {
    const isShort = client_id.length >= 1 && client_id.length <= LONGEST_ID;
    if (!isShort || !isVisible(client_id) || client_id.trim() !== client_id)
      throw new InvalidClientMetadata(
        'client_id',
        `must be 1 to ${LONGEST_ID} visible characters without outer spaces`,
      );
    if (await isSubject(client_id)) throw clientTaken(client_id);
  };

  const sealedFor = ({ client_id, metadata }: Client, secret: GivenSecret | undefined) =>
    metadata.token_endpoint_auth_method === 'client_secret_jwt' &&
    secret?.form === 'text' && {
      client_secret_sealed: seal(secret.value, encryptionKey, clientSecretPurpose(client_id)),
    };

  const isSameSecret = async (secret: GivenSecret, present: Client): Promise<boolean> => {
    const { client_id, client_secret_sealed } = present;
    // Opening a seal costs next to nothing where checking a slow hash does.
    if (secret.form === 'text' && client_secret_sealed !== undefined)
      return unseal(client_secret_sealed, encryptionKey, clientSecretPurpose(client_id)) === secret.value;
    return isKept(secret, present);
  };

  return async (moved) => {
    const { client_id, client_id_issued_at, enabled, metadata: given, secret: offered } = moved;
    await checkId(client_id);
    const metadata = parseClientMetadata(given, defaults);
    checkLifetimes(given, maxima());
    const method = metadata.token_endpoint_auth_method;
    const secret = usesClientSecret(method) ? offered : undefined;
    if (secret?.form === 'argon2id' && !isKnownArgon2id(secret.value))
      throw new InvalidClientMetadata(
        'client_secret',
        'is no argon2id hash that this server computes: v=19, of at most 256 MiB and 1 GiB in all passes',
      );
    const client: Client = {
      client_id,
      client_id_issued_at: client_id_issued_at ?? Math.floor(clock() / 1000),
      metadata,
      enabled,
      ...(moved.awaits_confirmation && { awaits_confirmation: true }),
      ...(moved.token_ends && { token_ends: moved.token_ends }),
      revision: 1,
    };
    const needed = method === 'client_secret_jwt' ? secret?.form === 'text' : secret !== undefined;
    return {
      client,
      lacksSecret: usesClientSecret(method) && !needed,
      async differences(present) {
        return [
          ...metadataDifferences(present, client),
          ...(present.enabled === enabled ? [] : ['enabled']),
          ...(secret === undefined || (await isSameSecret(secret, present)) ? [] : ['client_secret']),
        ];
      },
      async written() {
        const whole: Client = {
          ...client,
          ...(secret && (await keptSecret(secret))),
          ...sealedFor(client, secret),
        };
        return {
          client: whole,
          steps: [
            ...clients.steps.insert(whole),
            ...authorities.steps.claim(client_id, ownClaims(metadata), clock()),
          ],
        };
      },
    };
  };
}
