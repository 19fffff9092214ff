import type { Adapter, AdapterPayload } from 'oidc-provider';

type Entry = { payload: AdapterPayload; readonly endsAt: number };

/** All that the provider keeps, by model and id. */
const entries = new Map<string, Entry>();
const byUid = new Map<string, string>();
const byUserCode = new Map<string, string>();
const byGrant = new Map<string, Set<string>>();

/**
 * What oidc-provider remembers, in memory. Its own holds a thousand things and goes through all tokens of a grant for
 * each new one: it is made for development and would be measured instead.
 */
export class MemoryAdapter implements Adapter {
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  #key(id: string): string {
    return `${this.#model}:${id}`;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const key = this.#key(id);
    entries.set(key, {
      payload,
      endsAt: expiresIn ? Date.now() + expiresIn * 1000 : Number.POSITIVE_INFINITY,
    });
    const { uid, userCode, grantId } = payload;
    if (uid !== undefined) byUid.set(uid, key);
    if (userCode !== undefined) byUserCode.set(userCode, key);
    if (grantId !== undefined) {
      const keys = byGrant.get(grantId) ?? new Set();
      byGrant.set(grantId, keys.add(key));
    }
  }

  async #found(key: string | undefined): Promise<AdapterPayload | undefined> {
    const entry = key === undefined ? undefined : entries.get(key);
    return entry && entry.endsAt > Date.now() ? entry.payload : undefined;
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.#found(this.#key(id));
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#found(byUid.get(uid));
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#found(byUserCode.get(userCode));
  }

  async consume(id: string): Promise<void> {
    const entry = entries.get(this.#key(id));
    if (entry) entry.payload = { ...entry.payload, consumed: Math.floor(Date.now() / 1000) };
  }

  async destroy(id: string): Promise<void> {
    entries.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const key of byGrant.get(grantId) ?? []) entries.delete(key);
    byGrant.delete(grantId);
  }
}
