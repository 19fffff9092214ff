import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hashAsTyped, matchesAsTyped } from './chosen-secret.ts';
import type { Client } from './client.ts';

/**
 * A new client secret: 384 random bits as base64url, shown once and stored only as its hash. Its 64 characters are as
 * many as HS512 needs (RFC 7518 §3.2), for `client_secret_jwt`.
 */
export function generateClientSecret(): string {
  return randomBytes(48).toString('base64url');
}

/** What a sealed client secret is bound to, so that it opens for this client alone. */
export const clientSecretPurpose = (client_id: string): string => `client secret ${client_id}`;

/** A new client identifier, 28 letters and digits of which 160 bits are random. */
export function generateClientId(): string {
  return randomBytes(20).toString('base64url').replaceAll('-', 'a').replaceAll('_', 'b');
}

/**
 * base64url SHA-256 of a secret, as stored. A fast hash is right here: the secrets are random,
 * so there is no dictionary to slow down.
 */
export function hashClientSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** Compares a presented secret with the stored hash in constant time. */
export function clientSecretMatches(presented: string, stored_sha256: string): boolean {
  const actual = hash('sha256', presented, 'buffer');
  const expected = Buffer.from(stored_sha256, 'base64url');
  return expected.length === actual.length && timingSafeEqual(actual, expected);
}

/** Whether a client has a secret, however it is kept. */
export const hasClientSecret = ({
  client_secret_sha256,
  client_secret_argon2id,
}: Pick<Client, 'client_secret_sha256' | 'client_secret_argon2id'>): boolean =>
  client_secret_sha256 !== undefined || client_secret_argon2id !== undefined;

/** Characters of a text that a program drew at random, and of one in hexadecimal digits. */
const LEAST_DRAWN = 22;
const LEAST_HEXADECIMAL = 32;
/** What share of neighbours are of another kind (capital, small letter, digit), at least; in words few are. */
const LEAST_MIXED = 0.4;
const LEAST_MIXED_HEXADECIMAL = 0.3;

const kindOf = (character: string): string =>
  /[0-9]/.test(character)
    ? 'digit'
    : /[a-z]/.test(character)
      ? 'small'
      : /[A-Z]/.test(character)
        ? 'capital'
        : '';

/**
 * Whether a secret looks as if a program had drawn it at random, with 128 bits or nearly: then a fast hash does not give
 * it away. Where that is in doubt somebody chose it.
 */
export function looksGenerated(secret: string): boolean {
  if (!/^[A-Za-z0-9_+/=.~-]+$/.test(secret)) return false;
  const characters = [...secret.replaceAll(/[^A-Za-z0-9]/g, '')];
  const isHexadecimal = /^(?:[0-9a-f-]+|[0-9A-F-]+)$/.test(secret);
  if (characters.length < (isHexadecimal ? LEAST_HEXADECIMAL : LEAST_DRAWN)) return false;
  const changes = characters
    .slice(1)
    .filter((each, index) => kindOf(each) !== kindOf(characters[index] ?? ''));
  const mixed = changes.length / (characters.length - 1);
  const isVaried = new Set(characters).size >= (isHexadecimal ? 10 : 14);
  return isVaried && mixed >= (isHexadecimal ? LEAST_MIXED_HEXADECIMAL : LEAST_MIXED);
}

/** A client secret of another server's as it comes: itself, or as a hash. */
export type GivenSecret = { readonly form: 'text' | 'sha256' | 'argon2id'; readonly value: string };

/** What of a client is its secret. */
export type KeptSecret = Pick<Client, 'client_secret_sha256' | 'client_secret_argon2id'>;

/** How a secret that another server gave out is kept: a fast hash of one that a program drew, a slow one of any other. */
export async function keptSecret({ form, value }: GivenSecret): Promise<KeptSecret> {
  if (form === 'sha256') return { client_secret_sha256: value };
  if (form === 'argon2id') return { client_secret_argon2id: value };
  return looksGenerated(value)
    ? { client_secret_sha256: hashClientSecret(value) }
    : { client_secret_argon2id: await hashAsTyped(value) };
}

/** Whether a client has this secret already. */
export async function isKept({ form, value }: GivenSecret, kept: KeptSecret): Promise<boolean> {
  const { client_secret_sha256, client_secret_argon2id } = kept;
  if (form === 'sha256') return client_secret_sha256 === value;
  if (form === 'argon2id') return client_secret_argon2id === value;
  if (client_secret_sha256 !== undefined) return clientSecretMatches(value, client_secret_sha256);
  return client_secret_argon2id !== undefined && matchesAsTyped(value, client_secret_argon2id);
}
