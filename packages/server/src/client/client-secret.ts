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

/** Characters of a text that a program drew at random, and of one in hexadecimal digits; how many of them differ. */
const DRAWN = { least: 22, different: 14 };
const DRAWN_HEXADECIMAL = { least: 32, different: 10 };

/** A share that nearly all draws have. */
type Band = { readonly least: number; readonly most: number };
/** Of neighbours that are of another kind (capital, small letter, digit): in words they are few, in patterns nearly all. */
const MIXED: Band = { least: 0.4, most: 0.8 };
const MIXED_HEXADECIMAL: Band = { least: 0.3, most: 0.7 };
/** Of capitals among the letters: words begin with them at most, also where digits stand in for letters. */
const CAPITALS: Band = { least: 0.3, most: 0.7 };

const isWithin = (share: number, { least, most }: Band): boolean => share >= least && share <= most;

const kindOf = (character: string): string =>
  /[0-9]/.test(character) ? 'digit' : /[a-z]/.test(character) ? 'small' : 'capital';

/**
 * Whether a secret looks as if a program had drawn it at random, with 128 bits or nearly: then a fast hash does not give
 * it away. Where that is in doubt somebody chose it, and it costs a slow one.
 */
export function looksGenerated(secret: string): boolean {
  if (!/^[A-Za-z0-9_+/=.~-]+$/.test(secret)) return false;
  const characters = [...secret.replaceAll(/[^A-Za-z0-9]/g, '')];
  const isHexadecimal = /^(?:[0-9a-f-]+|[0-9A-F-]+)$/.test(secret);
  const { least, different } = isHexadecimal ? DRAWN_HEXADECIMAL : DRAWN;
  if (characters.length < least || new Set(characters).size < different) return false;
  const kinds = characters.map(kindOf);
  const changes = kinds.slice(1).filter((kind, index) => kind !== kinds[index]);
  const mixed = changes.length / (kinds.length - 1);
  if (isHexadecimal) return isWithin(mixed, MIXED_HEXADECIMAL);
  const letters = kinds.filter((kind) => kind !== 'digit');
  const capitals = letters.filter((kind) => kind === 'capital').length / letters.length;
  return isWithin(mixed, MIXED) && isWithin(capitals, CAPITALS);
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
