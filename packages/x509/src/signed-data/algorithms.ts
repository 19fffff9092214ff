import { type AlgorithmIdentifier, algorithmIdentifier } from '../algorithm-identifier.ts';
import { contextTag, count, DerReader, MalformedDer, onlyElement, TAG } from '../der.ts';
import { HASH } from '../object-identifiers.ts';

/**
 * What signatures and keys are relied on, in one place: algorithms and their parameters, key sizes, exponents, curves.
 * Certificates, CRLs and OCSP responses are all held to it.
 */

/** What a caller may choose; the rest of this file is fixed. */
export type AlgorithmRules = {
  /** Shortest RSA modulus, bits. */
  readonly minimumRsaBits: number;
  /** Whether SHA-1 signatures count. MD5 never does. */
  readonly sha1: boolean;
  /** Whether RSA moduli must be of whole octets, as the Baseline Requirements §6.1.5 want them. */
  readonly wholeOctetModulus: boolean;
};

/** RSA from 2048 bits on, no SHA-1. */
export const DEFAULT_ALGORITHMS: AlgorithmRules = {
  minimumRsaBits: 2048,
  sha1: false,
  wholeOctetModulus: false,
};

/** Bounds on RSA keys that no caller moves. */
export const RSA_BOUNDS = {
  /** Beyond it one signature check costs too much. */
  mostBits: 8192,
  /** 1 signs nothing, and an even exponent is no exponent. */
  leastExponent: 3n,
  /**
   * FIPS 186-5 Appendix A.1.1 lets them be longer; but a check takes as long as the exponent is, keys in use have
   * 65537, and Windows and Go take none beyond 32 bits either.
   */
  mostExponentBits: 32,
} as const;

/** The named curves of RFC 5480 §2.1.1.1 that are relied on, by OID. */
export const CURVES = new Map([
  ['1.2.840.10045.3.1.7', 'P-256'],
  ['1.3.132.0.34', 'P-384'],
  ['1.3.132.0.35', 'P-521'],
] as const satisfies readonly (readonly [string, string])[]);

/** Public key algorithms by OID: those relied on, and the names of others for messages. */
export const KEY_ALGORITHM = {
  rsaEncryption: '1.2.840.113549.1.1.1',
  'RSASSA-PSS': '1.2.840.113549.1.1.10',
  ecPublicKey: '1.2.840.10045.2.1',
  Ed25519: '1.3.101.112',
} as const;
export const OTHER_KEY_ALGORITHMS = new Map([
  ['1.2.840.10040.4.1', 'DSA'],
  ['1.3.101.113', 'Ed448'],
  ['1.3.101.110', 'X25519'],
  ['1.2.840.10046.2.1', 'Diffie-Hellman'],
]);

/** Signature algorithms by the names of RFC 8017, RFC 5758 and RFC 8410. */
export const SIGNATURE_ALGORITHM = {
  md5WithRSAEncryption: '1.2.840.113549.1.1.4',
  sha1WithRSAEncryption: '1.2.840.113549.1.1.5',
  sha256WithRSAEncryption: '1.2.840.113549.1.1.11',
  sha384WithRSAEncryption: '1.2.840.113549.1.1.12',
  sha512WithRSAEncryption: '1.2.840.113549.1.1.13',
  'ecdsa-with-SHA1': '1.2.840.10045.4.1',
  'ecdsa-with-SHA256': '1.2.840.10045.4.3.2',
  'ecdsa-with-SHA384': '1.2.840.10045.4.3.3',
  'ecdsa-with-SHA512': '1.2.840.10045.4.3.4',
  'RSASSA-PSS': KEY_ALGORITHM['RSASSA-PSS'],
  Ed25519: KEY_ALGORITHM.Ed25519,
} as const;

type Hash = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

type Row = {
  /** The kind of key that signs so. */
  readonly key: 'rsa' | 'ec' | 'ed25519';
  /** Undefined: the algorithm hashes by itself. */
  readonly hash: Hash | undefined;
  /**
   * RSA PKCS#1 v1.5 writes NULL, and absent is to be taken too (RFC 4055 §5); ECDSA (RFC 5758 §3.2) and Ed25519
   * (RFC 8410 §3) write none.
   */
  readonly parameters: 'null-or-absent' | 'absent';
};

const rsa = (hash: Hash): Row => ({ key: 'rsa', hash, parameters: 'null-or-absent' });
const ecdsa = (hash: Hash): Row => ({ key: 'ec', hash, parameters: 'absent' });

/** Every signature algorithm that is known, but RSASSA-PSS, which has its hash in its parameters. */
const SIGNATURE_ALGORITHMS = new Map<string, Row>([
  [SIGNATURE_ALGORITHM.md5WithRSAEncryption, rsa('md5')],
  [SIGNATURE_ALGORITHM.sha1WithRSAEncryption, rsa('sha1')],
  [SIGNATURE_ALGORITHM.sha256WithRSAEncryption, rsa('sha256')],
  [SIGNATURE_ALGORITHM.sha384WithRSAEncryption, rsa('sha384')],
  [SIGNATURE_ALGORITHM.sha512WithRSAEncryption, rsa('sha512')],
  [SIGNATURE_ALGORITHM['ecdsa-with-SHA1'], ecdsa('sha1')],
  [SIGNATURE_ALGORITHM['ecdsa-with-SHA256'], ecdsa('sha256')],
  [SIGNATURE_ALGORITHM['ecdsa-with-SHA384'], ecdsa('sha384')],
  [SIGNATURE_ALGORITHM['ecdsa-with-SHA512'], ecdsa('sha512')],
  [SIGNATURE_ALGORITHM.Ed25519, { key: 'ed25519', hash: undefined, parameters: 'absent' }],
]);

/** The hashes that RSASSA-PSS may name. */
const PSS_HASHES = new Map<string, Hash>([
  [HASH.sha1, 'sha1'],
  [HASH.sha256, 'sha256'],
  [HASH.sha384, 'sha384'],
  [HASH.sha512, 'sha512'],
]);
const MGF1 = '1.2.840.113549.1.1.8';
/** RFC 4055 §3.1: what absent parameters mean. */
const PSS_DEFAULTS = { hash: 'sha1', saltLength: 20, trailer: 1 } as const;

const NULL_DER = Buffer.of(0x05, 0x00);
const FIELD = 'signatureAlgorithm';
const PARAMETERS = `${FIELD}.parameters`;

/** A signature algorithm with its parameters read. */
export type SignatureAlgorithm = {
  readonly key: Row['key'];
  readonly hash: Hash | undefined;
  /** Octets; undefined for everything but RSASSA-PSS. */
  readonly saltLength: number | undefined;
};

function pssHash(bytes: Uint8Array): Hash {
  const { oid, parameters } = algorithmIdentifier(onlyElement(bytes, TAG.sequence, PARAMETERS), PARAMETERS);
  const hash = PSS_HASHES.get(oid);
  if (!hash || (parameters && !NULL_DER.equals(parameters))) {
    throw new MalformedDer(PARAMETERS, `a hash that is not SHA-2: ${oid}`);
  }
  return hash;
}

/** RSASSA-PSS-params (RFC 4055 §3.1): one hash for message and mask, trailer 1. */
function pss(parameters: Uint8Array | undefined): SignatureAlgorithm {
  if (!parameters) throw new MalformedDer(PARAMETERS, 'RSASSA-PSS without parameters');
  const reader = new DerReader(onlyElement(parameters, TAG.sequence, PARAMETERS).content, PARAMETERS);
  const [hashing, masking, salt, trailer] = [0, 1, 2, 3].map((number) =>
    reader.optional(contextTag(number, true)),
  );
  reader.end();
  const hash = hashing ? pssHash(hashing.content) : PSS_DEFAULTS.hash;
  let maskHash: Hash = PSS_DEFAULTS.hash;
  if (masking) {
    const mask = algorithmIdentifier(onlyElement(masking.content, TAG.sequence, PARAMETERS), PARAMETERS);
    if (mask.oid !== MGF1 || !mask.parameters) {
      throw new MalformedDer(PARAMETERS, `mask function ${mask.oid}`);
    }
    maskHash = pssHash(mask.parameters);
  }
  if (maskHash !== hash) throw new MalformedDer(PARAMETERS, `hash ${hash} with ${maskHash} for the mask`);
  const number = (wrapper: typeof salt, otherwise: number): number =>
    wrapper ? count(onlyElement(wrapper.content, TAG.integer, PARAMETERS), PARAMETERS) : otherwise;
  if (number(trailer, PSS_DEFAULTS.trailer) !== PSS_DEFAULTS.trailer) {
    throw new MalformedDer(PARAMETERS, 'a trailer field that is not 1');
  }
  return { key: 'rsa', hash, saltLength: number(salt, PSS_DEFAULTS.saltLength) };
}

/**
 * @returns undefined for an algorithm that is not known
 * @throws MalformedDer for parameters that the algorithm does not take
 */
export function signatureAlgorithm({ oid, parameters }: AlgorithmIdentifier): SignatureAlgorithm | undefined {
  if (oid === SIGNATURE_ALGORITHM['RSASSA-PSS']) return pss(parameters);
  const row = SIGNATURE_ALGORITHMS.get(oid);
  if (!row) return undefined;
  const allowed =
    parameters === undefined || (row.parameters === 'null-or-absent' && NULL_DER.equals(parameters));
  if (!allowed) throw new MalformedDer(FIELD, 'parameters that the algorithm does not take');
  return { key: row.key, hash: row.hash, saltLength: undefined };
}
