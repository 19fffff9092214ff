import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { type AlgorithmIdentifier, algorithmIdentifier } from '../certificate-fields.ts';
import { contextTag, count, DerReader, MalformedDer, onlyElement, TAG } from '../der.ts';
import type { PathRefusal } from './path-refusal.ts';
import type { AlgorithmRules } from './path-rules.ts';

type Hash = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';
type SignatureAlgorithm =
  | { readonly key: 'rsa'; readonly hash: Hash }
  | { readonly key: 'rsa-pss'; readonly hash: Hash; readonly saltLength: number }
  | { readonly key: 'ec'; readonly hash: Hash }
  | { readonly key: 'ed25519' };

const FIELD = 'signatureAlgorithm';
const NULL_DER = Buffer.of(0x05, 0x00);

const RSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const ALGORITHMS = new Map<string, SignatureAlgorithm>([
  ['1.2.840.113549.1.1.4', { key: 'rsa', hash: 'md5' }],
  ['1.2.840.113549.1.1.5', { key: 'rsa', hash: 'sha1' }],
  ['1.2.840.113549.1.1.11', { key: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { key: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { key: 'rsa', hash: 'sha512' }],
  ['1.2.840.10045.4.1', { key: 'ec', hash: 'sha1' }],
  ['1.2.840.10045.4.3.2', { key: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { key: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { key: 'ec', hash: 'sha512' }],
  ['1.3.101.112', { key: 'ed25519' }],
]);
const HASHES = new Map<string, Hash>([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

function hashOf(bytes: Uint8Array, field: string): Hash {
  const { oid, parameters } = algorithmIdentifier(onlyElement(bytes, TAG.sequence, field), field);
  const hash = HASHES.get(oid);
  if (!hash || (parameters && !NULL_DER.equals(parameters))) {
    throw new MalformedDer(field, `a hash that is not SHA-2: ${oid}`);
  }
  return hash;
}

/** RSASSA-PSS-params (RFC 4055 §3.1): one hash for message and mask, trailer 1. */
function pssAlgorithm(parameters: Uint8Array | undefined): SignatureAlgorithm {
  const field = `${FIELD}.parameters`;
  if (!parameters) throw new MalformedDer(field, 'RSASSA-PSS without parameters');
  const reader = new DerReader(onlyElement(parameters, TAG.sequence, field).content, field);
  const hashing = reader.optional(contextTag(0, true));
  const masking = reader.optional(contextTag(1, true));
  const salt = reader.optional(contextTag(2, true));
  const trailer = reader.optional(contextTag(3, true));
  reader.end();
  const hash = hashing ? hashOf(hashing.content, field) : 'sha1';
  let maskHash: Hash = 'sha1';
  if (masking) {
    const mask = algorithmIdentifier(onlyElement(masking.content, TAG.sequence, field), field);
    if (mask.oid !== MGF1 || !mask.parameters) throw new MalformedDer(field, `mask function ${mask.oid}`);
    maskHash = hashOf(mask.parameters, field);
  }
  if (maskHash !== hash) throw new MalformedDer(field, `hash ${hash} with ${maskHash} for the mask`);
  if (trailer && count(onlyElement(trailer.content, TAG.integer, field), field) !== 1) {
    throw new MalformedDer(field, 'a trailer field that is not 1');
  }
  const saltLength = salt ? count(onlyElement(salt.content, TAG.integer, field), field) : 20;
  return { key: 'rsa-pss', hash, saltLength };
}

/** @throws MalformedDer for parameters that the algorithm does not take */
function signatureAlgorithm({ oid, parameters }: AlgorithmIdentifier): SignatureAlgorithm | undefined {
  if (oid === RSA_PSS) return pssAlgorithm(parameters);
  const algorithm = ALGORITHMS.get(oid);
  // RSA's are NULL, and absent ones are to be accepted too (RFC 4055 §5); the others take none.
  const allowed = parameters === undefined || (algorithm?.key === 'rsa' && NULL_DER.equals(parameters));
  if (algorithm && !allowed) throw new MalformedDer(FIELD, 'parameters that the algorithm does not take');
  return algorithm;
}

/**
 * Judges the algorithm that a certificate was signed with, before any key is used: the same inside and
 * beside the signed part (RFC 5280 §4.1.1.2), known, and strong enough.
 * @returns undefined when it can be relied on
 */
export function signatureAlgorithmProblem(
  certificate: Certificate,
  { sha1 }: AlgorithmRules,
): PathRefusal | undefined {
  const { signature, signatureAlgorithm: beside } = certificate.fields;
  if (!Buffer.from(signature.der).equals(beside.der)) {
    return {
      reason: 'signature-algorithm-mismatch',
      certificate,
      field: FIELD,
      expected: `the algorithm in tbsCertificate.signature, ${signature.oid}`,
      presented: signature.oid === beside.oid ? 'other parameters' : beside.oid,
    };
  }
  let algorithm: SignatureAlgorithm | undefined;
  try {
    algorithm = signatureAlgorithm(beside);
  } catch (error) {
    if (!(error instanceof MalformedDer)) throw error;
    return {
      reason: 'malformed-certificate',
      certificate,
      field: error.field,
      expected: 'the parameters of its algorithm',
      presented: error.presented,
    };
  }
  if (!algorithm) {
    return {
      reason: 'unsupported-signature-algorithm',
      certificate,
      field: FIELD,
      expected: 'RSA PKCS#1 v1.5 or PSS, ECDSA, or Ed25519',
      presented: beside.oid,
    };
  }
  if (algorithm.key !== 'ed25519' && (algorithm.hash === 'md5' || (algorithm.hash === 'sha1' && !sha1))) {
    return {
      reason: 'weak-signature-algorithm',
      certificate,
      field: FIELD,
      expected: 'SHA-256 or stronger',
      presented: algorithm.hash === 'md5' ? 'MD5' : 'SHA-1',
    };
  }
  return undefined;
}

function verifies(certificate: Certificate, algorithm: SignatureAlgorithm, key: KeyObject): boolean {
  const { tbsCertificate, signatureValue } = certificate.fields;
  switch (algorithm.key) {
    case 'ed25519':
      return key.asymmetricKeyType === 'ed25519' && verify(null, tbsCertificate, key, signatureValue);
    case 'ec':
      return key.asymmetricKeyType === 'ec' && verify(algorithm.hash, tbsCertificate, key, signatureValue);
    case 'rsa':
      return (
        key.asymmetricKeyType === 'rsa' &&
        verify(algorithm.hash, tbsCertificate, { key, padding: constants.RSA_PKCS1_PADDING }, signatureValue)
      );
    case 'rsa-pss':
      return (
        (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') &&
        verify(
          algorithm.hash,
          tbsCertificate,
          { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength },
          signatureValue,
        )
      );
  }
}

/**
 * True when `issuer`'s key made the signature on `certificate`. Asks nothing of either's strength: see
 * `signatureAlgorithmProblem` and `publicKeyProblem`, which must have been asked before.
 */
export function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  try {
    const algorithm = signatureAlgorithm(certificate.fields.signatureAlgorithm);
    if (!algorithm) return false;
    const key = createPublicKey({
      key: Buffer.from(issuer.fields.subjectPublicKeyInfo),
      format: 'der',
      type: 'spki',
    });
    return verifies(certificate, algorithm, key);
  } catch {
    // A key or a salt length that OpenSSL will not take verifies nothing.
    return false;
  }
}
