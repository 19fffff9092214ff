import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import {
  type Certificate,
  certificateDescription,
  certificatesIn,
  isRocaModulus,
  MalformedCertificate,
} from '@countersign/x509';
import { z } from 'zod';
import { ownMember } from '../own-member.ts';
import { thumbprintMeant } from './jwk-thumbprint.ts';

/** The key types that are used (RFC 7518 §6.1, RFC 8037 §2). */
export const JWK_KEY_TYPES = ['RSA', 'EC', 'OKP'] as const;

/** A public key that a client publishes (RFC 7517 §4). */
export type JwksKey = {
  readonly kid?: string;
  readonly kty: (typeof JWK_KEY_TYPES)[number];
  readonly use?: string;
  readonly alg?: string;
  /** What the key is for, where it says so (RFC 7517 §4.3). */
  readonly key_ops?: readonly string[];
  /** The certificate of this key, the first of the published `x5c` (RFC 7517 §4.7); its chain is not read. */
  readonly x5c?: Certificate;
  /** RFC 7517 §4.9: base64url of the SHA-256 of the certificate's DER. Equals that of `x5c` when both are there. */
  readonly 'x5t#S256'?: string;
  /** The public members that make the key, and `kid`, `use` and `alg`. */
  readonly jwk: JsonWebKey;
  readonly publicKey: KeyObject;
};

const KEY_TYPES: Readonly<Record<string, readonly JwksKey['kty'][]>> = {
  R: ['RSA'],
  P: ['RSA'],
  E: ['EC', 'OKP'],
};

/** Whether the key fits the `kid` and `alg` of a signature's header (RFC 7515 §6). */
export function canHaveSigned(key: JwksKey, kid: string | undefined, alg: string): boolean {
  return (
    (kid === undefined || key.kid === kid) &&
    (key.alg === undefined || key.alg === alg) &&
    (key.use === undefined || key.use === 'sig') &&
    (key.key_ops?.includes('verify') ?? true) &&
    (ownMember(KEY_TYPES, alg[0] ?? '') ?? []).includes(key.kty)
  );
}

/** What `key_ops` names of keys that others encrypt to (RFC 7517 §4.3). */
const ENCRYPTING = ['encrypt', 'wrapKey', 'deriveKey', 'deriveBits'];

/** Whether something can be encrypted to the key with this `alg` of a JWE (RFC 7518 §4.1); never where it signs. */
export function canBeEncryptedTo(key: JwksKey, alg: string): boolean {
  const isOfKind = alg.startsWith('RSA') ? key.kty === 'RSA' : key.kty === 'EC' || key.jwk.crv === 'X25519';
  return (
    isOfKind &&
    (key.alg === undefined || key.alg === alg) &&
    (key.use === undefined || key.use === 'enc') &&
    (key.key_ops === undefined || key.key_ops.some((operation) => ENCRYPTING.includes(operation)))
  );
}

/**
 * Whether a key says that it is for something other than to prove who one is: what it encrypts to must not authenticate
 * (RFC 7517 §4.2, §4.3).
 */
export const isForEncryption = ({ use, key_ops }: Pick<JwksKey, 'use' | 'key_ops'>): boolean =>
  use === 'enc' ||
  (use === undefined &&
    key_ops !== undefined &&
    key_ops.every((operation) => ENCRYPTING.includes(operation)));

/** Why a published key is not used. */
export const SKIPPED_JWK_CAUSES = [
  'private-members',
  'symmetric',
  'unknown-kty',
  'malformed',
  'weak',
  'x5c-malformed',
  'x5c-of-another-key',
  'x5t-malformed',
  'x5t-of-another-certificate',
] as const;

/** A published key, or a member of one, that is not used, and why. */
export type SkippedJwk = {
  /** Place in `keys`, from 0. */
  readonly index: number;
  readonly kid?: string;
  readonly because: (typeof SKIPPED_JWK_CAUSES)[number];
  readonly message: string;
  /** The only member that is not used; the key itself is. */
  readonly member?: 'x5t#S256';
};

export type JsonWebKeySet = {
  readonly keys: readonly JwksKey[];
  readonly skipped: readonly SkippedJwk[];
};

export const MALFORMED_JWKS_CAUSES = [
  'html',
  'not-json',
  'too-deep',
  'not-a-jwks',
  'too-many-keys',
  'duplicate-kid',
] as const;
export type MalformedJwksCause = (typeof MALFORMED_JWKS_CAUSES)[number];

/** Thrown when a document cannot be taken as a JWK Set at all. */
export class MalformedJwks extends Error {
  override readonly name = 'MalformedJwks';
  readonly because: MalformedJwksCause;
  readonly evidence: Readonly<Record<string, unknown>>;

  constructor(
    because: MalformedJwksCause,
    message: string,
    evidence: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.because = because;
    this.evidence = evidence;
  }
}

const MAX_KEYS = 100;
/** The set, its array, a key, its `x5c` array: four; the rest is room for members nobody reads. */
const MAX_DEPTH = 8;
/** Below, RFC 7518 §3.3 forbids the key; above, every verification would be expensive. */
const RSA_BITS = { least: 2048, most: 8192 };
/** The time of a check grows with the exponent; certificates are held to the same. */
const MOST_EXPONENT_BITS = 32;
/** RFC 7518 §6.2.2 and §6.3.2, RFC 8037 §2. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

const KeySet = z.looseObject({ keys: z.array(z.unknown()) });

const Base64url = z.string().regex(/^[A-Za-z0-9_-]+$/, 'must be base64url without padding');
const common = {
  kid: z.string().max(1000).optional(),
  use: z.string().optional(),
  key_ops: z.array(z.string()).max(10).optional(),
  alg: z.string().optional(),
  x5c: z.unknown().optional(),
  x5t: z.unknown().optional(),
  'x5t#S256': z.unknown().optional(),
};
const PublicJwk = z.discriminatedUnion('kty', [
  z.object({ kty: z.literal('RSA'), n: Base64url, e: Base64url, ...common }),
  z.object({
    kty: z.literal('EC'),
    crv: z.enum(['P-256', 'P-384', 'P-521']),
    x: Base64url,
    y: Base64url,
    ...common,
  }),
  z.object({
    kty: z.literal('OKP'),
    crv: z.enum(['Ed25519', 'Ed448', 'X25519', 'X448']),
    x: Base64url,
    ...common,
  }),
]);
type PublicJwk = z.infer<typeof PublicJwk>;

/** RFC 7517 §4.7 wants an array; one certificate is written as a string often enough. */
const X5c = z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)]);

const Named = z.looseObject({ kty: z.string(), kid: z.string().optional() });

/** Why one key is not used; caught where the set is read. */
class KeySkipped extends Error {
  readonly because: SkippedJwk['because'];

  constructor(because: SkippedJwk['because'], message: string) {
    super(message);
    this.because = because;
  }
}

const issues = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => [...path.map(String), message].join(': ')).join('; ');

function depthOf(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return depth;
  let deepest = depth;
  for (const member of Object.values(value)) deepest = Math.max(deepest, depthOf(member, depth + 1));
  return deepest;
}

function publicKeyOf(jwk: PublicJwk): KeyObject {
  const {
    x5c: _x5c,
    x5t: _x5t,
    'x5t#S256': _s256,
    kid: _kid,
    use: _use,
    key_ops: _ops,
    alg: _alg,
    ...key
  } = jwk;
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey({ key, format: 'jwk' });
  } catch (error) {
    throw new KeySkipped('malformed', error instanceof Error ? error.message : String(error));
  }
  const bits = publicKey.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && (bits < RSA_BITS.least || bits > RSA_BITS.most)) {
    throw new KeySkipped(
      'weak',
      `an RSA key of ${bits} bits; ${RSA_BITS.least} to ${RSA_BITS.most} are used`,
    );
  }
  const exponent = publicKey.asymmetricKeyDetails?.publicExponent;
  if (exponent !== undefined && (exponent < 3n || exponent % 2n === 0n)) {
    throw new KeySkipped('weak', `an RSA key with the exponent ${exponent}, which protects nothing`);
  }
  if (exponent !== undefined && exponent >= 2n ** BigInt(MOST_EXPONENT_BITS)) {
    throw new KeySkipped(
      'weak',
      `an RSA key with an exponent of more than ${MOST_EXPONENT_BITS} bits, which only makes checks slow; 65537 is usual`,
    );
  }
  if (jwk.kty === 'RSA' && isRocaModulus(BigInt(`0x${Buffer.from(jwk.n, 'base64url').toString('hex')}`))) {
    throw new KeySkipped('weak', 'an RSA key that can be factored (ROCA, CVE-2017-15361); replace it');
  }
  return publicKey;
}

/** The certificate of a member of `x5c`, with line ends, in PEM or base64url as well. */
function firstOf(written: string): Certificate {
  try {
    const [certificate] = certificatesIn(written);
    if (certificate) return certificate;
    throw new KeySkipped('x5c-malformed', 'x5c[0] holds no certificate');
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
    throw new KeySkipped(
      'x5c-malformed',
      `x5c[0] is not base64 of a certificate's DER (RFC 7517 §4.7): ${error.message}`,
    );
  }
}

function certificateOf(x5c: unknown, publicKey: KeyObject): Certificate {
  const parsed = X5c.safeParse(x5c);
  if (!parsed.success) {
    throw new KeySkipped(
      'x5c-malformed',
      'x5c must be an array of certificates in base64 of their DER (RFC 7517 §4.7)',
    );
  }
  const certificate = firstOf(parsed.data[0] ?? '');
  if (certificate.keyObject?.equals(publicKey) !== true) {
    throw new KeySkipped(
      'x5c-of-another-key',
      `x5c[0] (${certificateDescription(certificate).subject}) is not the certificate of the key beside it (RFC 7517 §4.7)`,
    );
  }
  return certificate;
}

type ParsedKey = { readonly key: JwksKey; readonly ignored?: Omit<SkippedJwk, 'index' | 'kid'> };

function parseKey(published: unknown): ParsedKey {
  const named = Named.safeParse(published);
  if (!named.success) throw new KeySkipped('malformed', issues(named.error));
  const members = named.data;
  if (members.kty === 'oct') {
    throw new KeySkipped(
      'symmetric',
      'a symmetric key is a secret: published, it proves nothing; replace it',
    );
  }
  const secrets = PRIVATE_MEMBERS.filter((member) => members[member] !== undefined);
  if (secrets.length > 0) {
    throw new KeySkipped(
      'private-members',
      `the private half of the key is published (${secrets.join(', ')}): it proves nothing any more; replace it`,
    );
  }
  const parsed = PublicJwk.safeParse(members);
  if (!parsed.success) {
    const known = ['RSA', 'EC', 'OKP'].includes(members.kty);
    throw new KeySkipped(
      known ? 'malformed' : 'unknown-kty',
      known ? issues(parsed.error) : `kty ${members.kty} is not used; RSA, EC and OKP are`,
    );
  }
  const { kid, kty, use, key_ops, alg, x5c, 'x5t#S256': written, x5t: sha1 } = parsed.data;
  const publicKey = publicKeyOf(parsed.data);
  const certificate = x5c === undefined ? undefined : certificateOf(x5c, publicKey);
  const { x5t, ignored } =
    written === undefined ? { x5t: sha256In(sha1, certificate) } : certificateNamed(written, certificate);
  const names = {
    ...(kid === undefined ? {} : { kid }),
    ...(use === undefined ? {} : { use }),
    ...(alg === undefined ? {} : { alg }),
  };
  const key: JwksKey = {
    ...names,
    ...(key_ops === undefined ? {} : { key_ops }),
    kty,
    ...(certificate === undefined ? {} : { x5c: certificate }),
    ...(x5t === undefined ? {} : { 'x5t#S256': x5t }),
    jwk: { ...publicKey.export({ format: 'jwk' }), ...names },
    publicKey,
  };
  return { key, ...(ignored && { ignored }) };
}

/**
 * `x5t` is a SHA-1 (RFC 7517 §4.8), which names nothing here. WSO2 Identity Server writes the SHA-256 there, as base64url of
 * its hexadecimal digits, and takes no other certificate of the key.
 */
function sha256In(written: unknown, certificate: Certificate | undefined): string | undefined {
  if (written === undefined) return undefined;
  const meant = thumbprintMeant(written);
  if (!meant.readable || (certificate && certificate.thumbprint !== meant.thumbprint)) return undefined;
  return meant.thumbprint;
}

type NamedCertificate = { readonly x5t?: string; readonly ignored?: Omit<SkippedJwk, 'index' | 'kid'> };

/** What `x5t#S256` says in whatever writing; where it says nothing that can be, it is left out, not the key. */
function certificateNamed(written: unknown, certificate: Certificate | undefined): NamedCertificate {
  const meant = thumbprintMeant(written);
  const member = 'x5t#S256';
  if (!meant.readable) {
    const message = `x5t#S256 ${meant.problem}; it is not used, the key is`;
    return { ignored: { because: 'x5t-malformed', message, member } };
  }
  if (certificate && meant.thumbprint !== certificate.thumbprint) {
    const message = `x5t#S256 is ${meant.thumbprint}, the thumbprint of x5c[0] is ${certificate.thumbprint}; it is not used, x5c is`;
    return { ignored: { because: 'x5t-of-another-certificate', message, member } };
  }
  return { x5t: meant.thumbprint };
}

/** RFC 7517 §4.5 lets keys of different types share a `kid`; otherwise a `kid` names one key. */
function refuseDuplicateKid(keys: readonly JwksKey[]): void {
  const byName = new Map<string, JwksKey>();
  for (const key of keys) {
    if (key.kid === undefined) continue;
    const name = JSON.stringify([key.kty, key.kid]);
    const earlier = byName.get(name);
    if (earlier && !earlier.publicKey.equals(key.publicKey)) {
      throw new MalformedJwks('duplicate-kid', `two ${key.kty} keys have the kid "${key.kid}"`, {
        presented: key.kid,
      });
    }
    byName.set(name, key);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return text;
  }
}

/**
 * The JWK Set that is meant by a JSON value: one key or an array of keys is the set of them, and a string is read as
 * JSON. Everything else is returned as it is.
 */
export function jwksMeant(value: unknown): unknown {
  const read = typeof value === 'string' ? parsedJson(value) : value;
  if (Array.isArray(read) && read.length > 0) return { keys: read };
  return isObject(read) && read.keys === undefined && read.kty !== undefined ? { keys: [read] } : read;
}

/**
 * Reads a JWK Set (RFC 7517 §5) given as a JSON value, such as the `jwks` of a client's metadata.
 * A key that cannot be used is skipped and reported; it does not spoil the others. A key whose
 * private half is published is skipped too.
 * @throws MalformedJwks when the value is no JWK Set, nests deeper than 8, has more than 100 keys or an
 *   ambiguous `kid`
 */
export function parseJwks(given: unknown): JsonWebKeySet {
  const value = jwksMeant(given);
  if (depthOf(value, 0) > MAX_DEPTH) {
    throw new MalformedJwks('too-deep', `the document nests deeper than ${MAX_DEPTH} levels`, {
      expected: MAX_DEPTH,
    });
  }
  const set = KeySet.safeParse(value);
  if (!set.success) {
    throw new MalformedJwks('not-a-jwks', `not a JWK Set (RFC 7517 §5): ${issues(set.error)}`, {
      expected: { keys: [] },
    });
  }
  const published = set.data.keys;
  if (published.length > MAX_KEYS) {
    throw new MalformedJwks('too-many-keys', `${published.length} keys; at most ${MAX_KEYS} are read`, {
      expected: MAX_KEYS,
      presented: published.length,
    });
  }
  const keys: JwksKey[] = [];
  const skipped: SkippedJwk[] = [];
  for (const [index, key] of published.entries()) {
    try {
      const { key: parsed, ignored } = parseKey(key);
      keys.push(parsed);
      if (ignored)
        skipped.push({ index, ...(parsed.kid === undefined ? {} : { kid: parsed.kid }), ...ignored });
    } catch (error) {
      if (!(error instanceof KeySkipped)) throw error;
      const kid = Named.safeParse(key).data?.kid;
      const { because, message } = error;
      skipped.push({ index, ...(kid === undefined ? {} : { kid }), because, message });
    }
  }
  refuseDuplicateKid(keys);
  return { keys, skipped };
}

/**
 * Reads a JWK Set as a server sends it: UTF-8 JSON, whose size the caller has bounded.
 * @throws MalformedJwks
 */
export function parseJwksDocument(bytes: Uint8Array): JsonWebKeySet {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MalformedJwks('not-json', 'the document is not UTF-8', {}, cause);
  }
  const start = text.slice(0, 80).trim();
  if (start.startsWith('<')) {
    throw new MalformedJwks('html', 'the document is a web page, not JSON', { presented: start });
  }
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new MalformedJwks('not-json', `the document is not JSON: ${message}`, { presented: start }, cause);
  }
  return parseJwks(value);
}
