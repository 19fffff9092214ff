import type { KeyObject } from 'node:crypto';
import { errors, type JWSHeaderParameters } from 'jose';
import type { Clock } from '../clock.ts';
import type { RegistryState } from '../registry-change.ts';
import { type JwtSigner, jwtSigner } from './jwt.ts';
import { type KeyRingStore, withMissingKeys } from './missing-keys.ts';
import {
  isSigningKey,
  openSigningKey,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  type SigningKey,
} from './server-key.ts';
import { signingKeyAt } from './signing-turnover.ts';

/** The keys of this deployment as they stand now. */
export type KeyRing = {
  /** Every published key, for the JWKS endpoint and for verification. */
  keys(): Promise<readonly SigningKey[]>;
  /** Picks the key that a JWS header names, in the way `jose` asks for it. */
  verificationKey(): Promise<(header: JWSHeaderParameters) => KeyObject>;
  /**
   * A signer with the key that signs now.
   * @param typ the JOSE `typ` of what is signed
   * @param alg the deployment's own when absent
   */
  signer(typ: string, alg?: SigningAlgorithm): Promise<JwtSigner>;
  /** The deployment's own algorithm. */
  readonly alg: SigningAlgorithm;
};

type Opened = {
  readonly version: number;
  readonly keys: readonly SigningKey[];
  /** By `alg` and `typ`, each until its key is followed by another, in milliseconds since the epoch. */
  readonly signers: Map<string, { readonly sign: JwtSigner; readonly until: number }>;
};

/** What there is of every algorithm: a key that signs, and one published ahead of its use. */
const KINDS = SIGNING_ALGORITHMS.flatMap((alg) => [
  { alg, state: 'active' } as const,
  { alg, state: 'next' } as const,
]);

/**
 * Opens the signing keys and makes the first ones: of every algorithm, for whoever keeps what was published must know
 * the key of the first token that needs it, and must never be shown a key by a rotation that it has not seen.
 * @param alg the deployment's own
 * @param encryptionKey 32 bytes, the deployment's `[encryption] key`
 * @throws CannotUnseal when the keys were sealed with another `[encryption] key`
 */
export async function openKeyRing(
  store: KeyRingStore,
  alg: SigningAlgorithm,
  encryptionKey: Uint8Array,
  registry: RegistryState,
  clock: Clock,
): Promise<KeyRing> {
  const load = async (): Promise<Opened> => {
    const version = registry.lastChange('signing key');
    const stored = await withMissingKeys(store, KINDS, encryptionKey, clock);
    const keys = stored.filter(isSigningKey).map((key) => openSigningKey(key, encryptionKey));
    return { version, keys, signers: new Map() };
  };

  let opened = await load();
  let loading: Promise<Opened> | undefined;
  const current = async (): Promise<Opened> => {
    if (opened.version === registry.lastChange('signing key') && registry.isCurrent()) return opened;
    loading ??= load().finally(() => {
      loading = undefined;
    });
    opened = await loading;
    return opened;
  };

  return {
    alg,
    keys: async () => (await current()).keys,
    verificationKey: async () => {
      const { keys } = await current();
      return ({ kid, alg: named }) => {
        const key = keys.find((candidate) => candidate.kid === kid && candidate.alg === named);
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key.publicKey;
      };
    },
    signer: async (typ, wanted = alg) => {
      const name = `${wanted} ${typ}`;
      const { keys, signers } = await current();
      const now = clock();
      const known = signers.get(name);
      if (known && now < known.until) return known.sign;
      const signing = signingKeyAt(keys, wanted, now);
      if (!signing) throw new Error(`no active ${wanted} signing key`);
      const sign = jwtSigner(signing.key, typ);
      signers.set(name, { sign, until: signing.until });
      return sign;
    },
  };
}
