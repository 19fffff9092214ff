import type { Client } from '../client/client.ts';
import type { StoredSigningKey } from '../token/signing-key.ts';
import type { User } from '../user/user.ts';

/** A write lost against another one: the row's `revision` is no longer the expected one, or the key exists. */
export class StorageConflict extends Error {
  override readonly name = 'StorageConflict';
}

/** One page of a listing; `next` is given back as `after` to read on. */
export type Page<T> = { readonly items: readonly T[]; readonly next?: string };
export type PageRequest = { readonly search?: string; readonly after?: string; readonly limit: number };

export interface ClientStore {
  find(client_id: string): Promise<Client | undefined>;
  /** @throws StorageConflict when the client_id is taken */
  insert(client: Client): Promise<void>;
  /** Replaces the client whose revision is `client.revision - 1`. @throws StorageConflict */
  update(client: Client): Promise<void>;
  /** @returns whether there was one */
  remove(client_id: string): Promise<boolean>;
  /** Ordered by client_name then client_id; `search` matches name or id, case-insensitively. */
  list(page: PageRequest): Promise<Page<Client>>;
  count(): Promise<number>;
}

export interface UserStore {
  find(sub: string): Promise<User | undefined>;
  /** Usernames compare after NFKC and lower-casing. */
  findByUsername(username: string): Promise<User | undefined>;
  insert(user: User): Promise<void>;
  update(user: User): Promise<void>;
  remove(sub: string): Promise<boolean>;
  list(page: PageRequest): Promise<Page<User>>;
}

export interface SigningKeyStore {
  list(): Promise<readonly StoredSigningKey[]>;
  /** Inserts `key` only if no key of its alg is in its state yet, so that many processes starting at once agree. @returns the winner */
  insertIfNone(key: StoredSigningKey): Promise<StoredSigningKey>;
  /** Retires the active key of `alg`, makes `next` active (or the given new key), atomically. */
  rotate(replacement: StoredSigningKey, retired_at: number): Promise<void>;
  remove(kid: string): Promise<boolean>;
}

/** Failed password guesses by subject of counting (e.g. `user:alice`, `address:192.0.2.1`), shared by all processes. */
export interface GuessStore {
  /** Adds one failure and returns the failures within the window. Times in milliseconds. */
  fail(key: string, now: number, windowMs: number): Promise<number>;
  count(key: string, now: number, windowMs: number): Promise<number>;
  clear(key: string): Promise<void>;
}

/** Everything persistent, whatever database stands behind it. */
export interface Storage {
  readonly clients: ClientStore;
  readonly users: UserStore;
  readonly signingKeys: SigningKeyStore;
  readonly guesses: GuessStore;
  /**
   * Differs from an earlier answer when anything was committed since, by any process.
   * Cheap enough to ask on every request; caches are valid for one version.
   */
  version(): number;
  close(): Promise<void>;
}
