import type { KeyObject } from 'node:crypto';
import { errors, type JWSHeaderParameters } from 'jose';
import type { Clock } from '../clock.ts';
import { type JwtSigner, jwtSigner } from './jwt.ts';
import {
  generateSigningKey,
  openSigningKey,
  type SigningAlgorithm,
  type SigningKey,
  type StoredSigningKey,
} from './signing-key.ts';

/** The keys of this deployment as they stand now. */
export type KeyRing = {
  /** Every published key, for the JWKS endpoint and for verification. */
  keys(): Promise<readonly SigningKey[]>;
  /** Picks the key that a JWS header names, in the way `jose` asks for it. */
  verificationKey(): Promise<(header: JWSHeaderParameters) => KeyObject>;
  /**
   * A signer with the active key.
   * @param typ the JOSE `typ` of what is signed
   * @param alg the deployment's own when absent; another one's first key is made when it is first asked for
   */
  signer(typ: string, alg?: SigningAlgorithm): Promise<JwtSigner>;
  /** The deployment's own algorithm. */
  readonly alg: SigningAlgorithm;
};

/** Where the ring's keys are kept; a part of the storage port. */
export type KeyRingStore = {
  list(): Promise<readonly StoredSigningKey[]>;
  /** Inserts `key` only if no key of its alg is in its state yet, so that many processes starting at once agree. */
  insertIfNone(key: StoredSigningKey): Promise<void>;
};

type Opened = {
  readonly version: number;
  readonly keys: readonly SigningKey[];
  /** By `alg` and `typ`. */
  readonly signers: Map<string, JwtSigner>;
};

const isActive = (alg: SigningAlgorithm) => (key: { readonly alg: string; readonly state: string }) =>
  key.alg === alg && key.state === 'active';

/**
 * Opens the signing keys and makes the first ones of `alg`: one active, one published ahead of its use, so that
 * a rotation never shows a resource server a key it has not seen.
 * @param encryptionKey 32 bytes, the deployment's `[encryption] key`
 * @throws CannotUnseal when the keys were sealed with another `[encryption] key`
 */
export async function openKeyRing(
  store: KeyRingStore,
  alg: SigningAlgorithm,
  encryptionKey: Uint8Array,
  registryVersion: () => number,
  clock: Clock,
): Promise<KeyRing> {
  const ensure = async (wanted: SigningAlgorithm): Promise<void> => {
    for (const state of ['active', 'next'] as const) {
      const stored = await store.list();
      if (!stored.some((key) => key.alg === wanted && key.state === state)) {
        await store.insertIfNone(generateSigningKey(wanted, state, encryptionKey, clock()));
      }
    }
  };
  const load = async (): Promise<Opened> => {
    const version = registryVersion();
    await ensure(alg);
    const keys = (await store.list()).map((key) => openSigningKey(key, encryptionKey));
    return { version, keys, signers: new Map() };
  };

  let opened = await load();
  let loading: Promise<Opened> | undefined;
  const current = async (): Promise<Opened> => {
    if (opened.version === registryVersion()) return opened;
    loading ??= load().finally(() => {
      loading = undefined;
    });
    opened = await loading;
    return opened;
  };

  const withActiveKey = async (wanted: SigningAlgorithm): Promise<Opened> => {
    const state = await current();
    if (state.keys.some(isActive(wanted))) return state;
    await ensure(wanted);
    opened = await load();
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
      const known = (await current()).signers.get(name);
      if (known) return known;
      const { keys, signers } = await withActiveKey(wanted);
      const active = keys.find(isActive(wanted));
      if (!active) throw new Error(`no active ${wanted} signing key`);
      const signer = jwtSigner(active, typ);
      signers.set(name, signer);
      return signer;
    },
  };
}
