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
  /** A signer with the active key. @param typ the JOSE `typ` of what is signed */
  signer(typ: string): Promise<JwtSigner>;
};

/** Where the ring's keys are kept; a part of the storage port. */
export type KeyRingStore = {
  list(): Promise<readonly StoredSigningKey[]>;
  insertIfNone(key: StoredSigningKey): Promise<StoredSigningKey>;
};

type Opened = {
  readonly version: number;
  readonly keys: readonly SigningKey[];
  readonly active: SigningKey;
  readonly signers: Map<string, JwtSigner>;
};

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
): Promise<KeyRing> {
  const load = async (): Promise<Opened> => {
    const version = registryVersion();
    for (const state of ['active', 'next'] as const) {
      const stored = await store.list();
      if (!stored.some((key) => key.alg === alg && key.state === state)) {
        await store.insertIfNone(generateSigningKey(alg, state, encryptionKey, Date.now()));
      }
    }
    const keys = (await store.list()).map((key) => openSigningKey(key, encryptionKey));
    const active = keys.find((key) => key.alg === alg && key.state === 'active');
    if (!active) throw new Error(`no active ${alg} signing key`);
    return { version, keys, active, signers: new Map() };
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

  return {
    keys: async () => (await current()).keys,
    signer: async (typ) => {
      const { active, signers } = await current();
      let signer = signers.get(typ);
      if (!signer) {
        signer = jwtSigner(active, typ);
        signers.set(typ, signer);
      }
      return signer;
    },
  };
}
