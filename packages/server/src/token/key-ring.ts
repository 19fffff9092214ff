import type { KeyObject } from 'node:crypto';
import { errors, type JWSHeaderParameters } from 'jose';
import type { Clock } from '../clock.ts';
import type { RegistryState } from '../registry-change.ts';
import { type JwtSigner, jwtSigner } from './jwt.ts';
import { type KeyRingStore, type WantedKey, withMissingKeys } from './missing-keys.ts';
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
  /** Whether those of every algorithm were looked for: they need not be readable. */
  readonly isWhole: boolean;
  readonly keys: readonly SigningKey[];
  /** By `alg` and `typ`, each until its key is followed by another, in milliseconds since the epoch. */
  readonly signers: Map<string, { readonly sign: JwtSigner; readonly until: number }>;
};

/** What there is of every algorithm: a key that signs, and one published ahead of its use. */
const kindsOf = (alg: SigningAlgorithm): readonly WantedKey[] => [
  { alg, state: 'active' },
  { alg, state: 'next' },
];
const EVERY_KIND = SIGNING_ALGORITHMS.flatMap(kindsOf);

/**
 * Opens the signing keys and makes the first ones. Those of the deployment's own algorithm are there with the ring; those of
 * every other one, which take a while to find, with the first question for them or for all: whoever keeps what was published
 * must know the key of the first token that needs it, and must never be shown a key by a rotation that it has not seen.
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
  const load = async (wanted: readonly WantedKey[]): Promise<Opened> => {
    const version = registry.lastChange('signing key');
    const stored = await withMissingKeys(store, wanted, encryptionKey, clock);
    const keys = stored.filter(isSigningKey).map((key) => openSigningKey(key, encryptionKey));
    const isThere = ({ alg: of, state }: WantedKey) =>
      keys.some((key) => key.alg === of && key.state === state);
    const isWhole = wanted === EVERY_KIND || EVERY_KIND.every(isThere);
    return { version, isWhole, keys, signers: new Map() };
  };

  let opened = await load(kindsOf(alg));
  const loading: { own?: Promise<Opened> | undefined; every?: Promise<Opened> | undefined } = {};
  /** @param wanted the keys of the deployment's own algorithm, or those of every one */
  const current = async (wanted: keyof typeof loading): Promise<Opened> => {
    const isCurrent = opened.version === registry.lastChange('signing key') && registry.isCurrent();
    if (isCurrent && (opened.isWhole || wanted === 'own')) return opened;
    loading[wanted] ??= load(wanted === 'own' ? kindsOf(alg) : EVERY_KIND).finally(() => {
      loading[wanted] = undefined;
    });
    opened = await loading[wanted];
    return opened;
  };

  return {
    alg,
    keys: async () => (await current('every')).keys,
    verificationKey: async () => {
      const { keys } = await current('every');
      return ({ kid, alg: named }) => {
        const key = keys.find((candidate) => candidate.kid === kid && candidate.alg === named);
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key.publicKey;
      };
    },
    signer: async (typ, wanted = alg) => {
      const name = `${wanted} ${typ}`;
      const { keys, signers } = await current(wanted === alg ? 'own' : 'every');
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
