import type { KeyObject } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, errors } from 'jose';
import {
  CONTENT_ENCRYPTION_ALGORITHMS,
  type ContentEncryptionAlgorithm,
  KEY_MANAGEMENT_ALGORITHMS,
  type KeyManagementAlgorithm,
} from '../client/client-encryption.ts';
import type { Cause } from '../refusal/causes.ts';
import { isCompact, LONGEST_COMPACT } from './compact-serialization.ts';
import { isUnfitKey } from './jws.ts';

/** Why a JWE is not read; `because` tells what its maker did, `evidence` what was compared. */
export class JweRefused extends Error {
  override readonly name = 'JweRefused';
  readonly because: Extract<
    Cause,
    'jwe_invalid' | 'jwe_compressed' | 'jwe_key_unknown' | 'nested_jwt_unsigned'
  >;
  readonly evidence: Readonly<Record<string, unknown>>;

  constructor(because: JweRefused['because'], evidence: Readonly<Record<string, unknown>>) {
    super('the JWE cannot be read');
    this.because = because;
    this.evidence = evidence;
  }
}

/** What the header of a JWE says of how it was made. */
export type JweHeader = { readonly alg: KeyManagementAlgorithm; readonly kid: string | undefined };

const PARTS = 5;

const isOneOf = <T extends string>(values: readonly T[], value: unknown): value is T =>
  values.some((known) => known === value);

/** Whether a JWT is encrypted: five parts where a signed one has three (RFC 7516 §9). */
export const isEncrypted = (jwt: string): boolean => jwt.split('.', PARTS + 1).length === PARTS;

/**
 * Reads the header of a compact JWE (RFC 7516 §4) that someone else made, before any key is touched. Nothing compressed
 * is read: what it inflates to has no bound (RFC 8725 §3.6).
 * @throws JweRefused
 */
export function readJweHeader(jwe: string): JweHeader {
  if (jwe.length > LONGEST_COMPACT) {
    throw new JweRefused('jwe_invalid', {
      expected: `at most ${LONGEST_COMPACT} characters`,
      presented: jwe.length,
    });
  }
  if (!isCompact(jwe, PARTS)) {
    throw new JweRefused('jwe_invalid', {
      expected: 'a compact JWE (RFC 7516 §7.1)',
      presented: 'another serialization',
    });
  }
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(jwe);
  } catch (error) {
    throw new JweRefused('jwe_invalid', { presented: error instanceof Error ? error.message : 'not a JWE' });
  }
  const { alg, enc, zip, crit, cty, kid } = header;
  if (zip !== undefined) {
    throw new JweRefused('jwe_compressed', { field: 'zip', expected: 'absent', presented: zip });
  }
  if (!isOneOf(KEY_MANAGEMENT_ALGORITHMS, alg)) {
    throw new JweRefused('jwe_invalid', {
      field: 'alg',
      expected: KEY_MANAGEMENT_ALGORITHMS,
      presented: alg ?? 'none',
    });
  }
  if (!isOneOf(CONTENT_ENCRYPTION_ALGORITHMS, enc)) {
    throw new JweRefused('jwe_invalid', {
      field: 'enc',
      expected: CONTENT_ENCRYPTION_ALGORITHMS,
      presented: enc ?? 'none',
    });
  }
  if (crit !== undefined) {
    throw new JweRefused('jwe_invalid', { field: 'crit', expected: 'absent', presented: crit });
  }
  if (cty !== undefined && !(typeof cty === 'string' && /^(application\/)?jwt$/i.test(cty))) {
    throw new JweRefused('jwe_invalid', { field: 'cty', expected: 'JWT (RFC 7519 §5.2)', presented: cty });
  }
  return { alg, kid };
}

/**
 * Opens a compact JWE whose content is a signed JWT (RFC 7519 §11.2), and does not look at that signature.
 * @param header as {@link readJweHeader} gave it
 * @param keys those that may be meant
 * @returns the signed JWT
 * @throws JweRefused
 */
export async function decryptedJwt(
  jwe: string,
  { alg, kid }: JweHeader,
  keys: readonly KeyObject[],
): Promise<string> {
  if (keys.length === 0) {
    throw new JweRefused('jwe_key_unknown', {
      field: 'kid',
      expected: `a key of use enc, for ${alg}, at this server's jwks_uri`,
      presented: kid ?? 'none',
    });
  }
  for (const key of keys) {
    try {
      const { plaintext } = await compactDecrypt(jwe, key, {
        keyManagementAlgorithms: [alg],
        contentEncryptionAlgorithms: [...CONTENT_ENCRYPTION_ALGORITHMS],
      });
      return nestedJwt(plaintext);
    } catch (error) {
      if (error instanceof errors.JWEDecryptionFailed || isUnfitKey(error)) continue;
      if (error instanceof errors.JOSEError) {
        throw new JweRefused('jwe_invalid', { presented: error.message, code: error.code });
      }
      throw error;
    }
  }
  throw new JweRefused('jwe_invalid', {
    expected: `content that the key ${kid ?? `of ${alg}`} opens, unchanged`,
    presented: 'another',
  });
}

/** Encryption says nothing of who wrote what is inside: that is for the signature to say (RFC 8725 §3.3). */
function nestedJwt(plaintext: Uint8Array): string {
  const text = new TextDecoder().decode(plaintext);
  const parts = text.split('.', PARTS + 1);
  const isSigned = parts.length === 3 && parts[2] !== '';
  if (isSigned) return text;
  throw new JweRefused('nested_jwt_unsigned', {
    expected: 'a signed JWT inside (RFC 9101 §6.1)',
    presented:
      parts.length === PARTS ? 'another JWE' : parts.length === 3 ? 'a JWT without signature' : 'no JWT',
  });
}

/** How something is encrypted, and to which key. */
export type EncryptionFor = {
  readonly alg: KeyManagementAlgorithm;
  readonly enc: ContentEncryptionAlgorithm;
  readonly publicKey: KeyObject;
  readonly kid: string | undefined;
};

/**
 * Encrypts to a public key (RFC 7516 §5.1).
 * @param cty `JWT` where the text is one (RFC 7519 §5.2)
 */
export function encryptedTo(
  text: string,
  { alg, enc, publicKey, kid }: EncryptionFor,
  cty: 'JWT' | undefined,
): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg, enc, ...(kid !== undefined && { kid }), ...(cty && { cty }) })
    .encrypt(publicKey);
}
