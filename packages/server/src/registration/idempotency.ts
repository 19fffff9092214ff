import { createHash, createHmac, type KeyObject, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { derivedKey } from '../derived-key.ts';
import type { EphemeralStore } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';
import type { Step } from '../unit-of-work.ts';

/** Thrown for an `Idempotency-Key` that stands for another request, or for what is no more. */
export class IdempotencyKeyReused extends Error {
  override readonly name = 'IdempotencyKeyReused';
}

/** Whoever could guess a key could ask for what another registered. */
const SHORTEST_KEY = 16;
const LONGEST_KEY = 255;

export const IDEMPOTENCY_KEY_FORM = `${SHORTEST_KEY} to ${LONGEST_KEY} printable ASCII characters without spaces`;

/**
 * The key of an `Idempotency-Key` header, bare or in the quotation marks of a structured field (RFC 8941 §3.3.3).
 * @returns undefined for what cannot be one
 */
export function readIdempotencyKey(header: string): string | undefined {
  const key = /^"([^"\\]*)"$/.exec(header)?.[1] ?? header;
  const fits = key.length >= SHORTEST_KEY && key.length <= LONGEST_KEY && /^[\x21-\x7E]+$/.test(key);
  return fits ? key : undefined;
}

/** A registration, change or removal that may be asked for again. */
export type IdempotentRegistration = {
  /** The client that an earlier request with the key registered, changed or removed. */
  readonly made: string | undefined;
  /** 48 octets, the same for every request with the key: a secret to be hashed for storage, and answered again. */
  secret(purpose: string): Buffer;
  /** Remembers, in the unit that does it, that the key did. */
  remember(client_id: string): Step;
};

const KIND = 'idempotency-key';
const DAY_MS = 86_400_000;
const Remembered = z.object({ request_sha256: z.string(), client_id: z.string(), seed: z.string() });

const sha256 = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/**
 * Answers a request again that may have been answered before, for a day. Nothing secret is kept for it: what a key stands
 * for is an HMAC of a stored random value and the key itself under the deployment's key.
 */
export class Idempotency {
  readonly #ephemerals: EphemeralStore;
  readonly #macKey: KeyObject;
  readonly #clock: Clock;

  /** @param encryptionKey 32 bytes, the deployment's `[encryption] key` */
  constructor(ephemerals: EphemeralStore, encryptionKey: Uint8Array, clock: Clock) {
    this.#ephemerals = ephemerals;
    this.#macKey = derivedKey(encryptionKey, 'idempotency keys');
    this.#clock = clock;
  }

  /**
   * Runs a registration once for a key, or has it answered again.
   * @param principal who asks: the same key of somebody else is another key
   * @param request what is asked for
   * @throws IdempotencyKeyReused when the key stood for another request
   */
  async once<T>(
    principal: string,
    key: string,
    request: unknown,
    work: (registration: IdempotentRegistration) => Promise<T>,
  ): Promise<T> {
    const registration = await this.#begin(principal, key, request);
    try {
      return await work(registration);
    } catch (error) {
      // A database that was waited for in vain has nothing to say of the key either, and would be waited for once more.
      if (registration.made !== undefined || error instanceof StorageUnavailable) throw error;
      // Another request with the key may have been faster, and used up what this one failed for.
      const again = await this.#begin(principal, key, request);
      if (again.made === undefined) throw error;
      return await work(again);
    }
  }

  /**
   * Has a key stand for a request of several parts, each of which is then done {@link once} for a key of its own.
   * @throws IdempotencyKeyReused when the key stood for another request
   */
  async hold(principal: string, key: string, request: unknown): Promise<void> {
    const { made } = await this.#begin(principal, key, request);
    if (made !== undefined) return;
    const now = this.#clock();
    const held = { request_sha256: sha256(JSON.stringify(request)), client_id: '', seed: '' };
    await this.#ephemerals.put(KIND, sha256(principal, key), held, now + DAY_MS);
  }

  async #begin(principal: string, key: string, request: unknown): Promise<IdempotentRegistration> {
    const name = sha256(principal, key);
    const request_sha256 = sha256(JSON.stringify(request));
    const now = this.#clock();
    const found = await this.#ephemerals.get(KIND, name, now);
    const remembered = found && Remembered.parse(found);
    if (remembered && remembered.request_sha256 !== request_sha256) {
      throw new IdempotencyKeyReused('the Idempotency-Key was used for another request');
    }
    const seed = remembered?.seed ?? randomBytes(32).toString('base64url');
    return {
      made: remembered?.client_id,
      secret: (purpose) =>
        createHmac('sha512', this.#macKey)
          .update(JSON.stringify([purpose, seed, principal, key]))
          .digest()
          .subarray(0, 48),
      remember: (client_id) =>
        this.#ephemerals.steps.add(KIND, name, { request_sha256, client_id, seed }, now + DAY_MS, now),
    };
  }
}
