import { type Certificate, certificateDescription, KEY_USAGES, timeText } from '@countersign/x509';
import {
  extendedKeyUsageProblem,
  PATH_REFUSAL_REASONS,
  publicKeyProblem,
  signatureAlgorithmProblem,
  validatePath,
} from '@countersign/x509/path-validation';
import { z } from 'zod';
import { TRUST_ROLES } from '../client/trust-role.ts';
import { noAuthorityAbove } from '../client-authentication/no-authority.ts';
import type { TrustSet } from '../client-authentication/trust-set.ts';
import { Timestamp } from './timestamp.ts';

const AlternativeNameAnswer = z
  .object({
    type: z.enum([
      'dns',
      'uri',
      'email',
      'ip',
      'directoryName',
      'otherName',
      'x400Address',
      'ediPartyName',
      'registeredID',
    ]),
    value: z.string(),
  })
  .meta({ id: 'AlternativeName' });

/** A certificate as a person reads it; every text of it came from outside. */
export const CertificateAnswer = z
  .object({
    'x5t#S256': z.string().describe('The thumbprint of RFC 8705 §3.1.'),
    subject: z
      .string()
      .describe('An empty one reads `empty subject (…)`, with the alternative names that stand for it.'),
    issuer: z.string(),
    serial_number: z.string().describe('Hexadecimal.'),
    not_before: Timestamp.optional().describe('Absent for a time that is none.'),
    not_after: Timestamp.optional().describe('Absent for a time that is none.'),
    unreadable: z
      .array(z.object({ field: z.string(), reason: z.string() }).meta({ id: 'UnreadablePart' }))
      .optional()
      .describe('What cannot be read of it, by the names of RFC 5280; absent where everything can.'),
    key_type: z.string().describe('`rsa`, `ec`, `ed25519` and so on.'),
    key_bits: z.int().optional(),
    key_curve: z.string().optional(),
    subject_alt_name: z
      .string()
      .optional()
      .describe('All alternative names on one line, as openssl prints them.'),
    self_signed: z.boolean(),
    fingerprint_sha256: z.string(),
    fingerprint_sha1: z.string(),
    is_ca: z.boolean().optional().describe('Absent where the extensions cannot be read.'),
    subject_alternative_names: z.array(AlternativeNameAnswer),
    key_usage: z.array(z.enum(KEY_USAGES)).optional(),
    extended_key_usage: z
      .array(z.string())
      .optional()
      .describe('Names where they are known, OIDs otherwise.'),
    pem: z.string(),
  })
  .meta({ id: 'Certificate' });

/** Something to know before relying on a certificate: an `error` keeps it from authenticating at all. */
export const FindingAnswer = z
  .object({
    severity: z.enum(['error', 'warning', 'note']),
    code: z.enum([
      'expired',
      'not-yet-valid',
      'expires-soon',
      'weak-key',
      'weak-signature',
      'not-for-client-auth',
      'certificate-authority',
      'no-certificate-authority',
      'used-by-another-client',
      'used-by-an-administrator',
      'key-not-for-tls',
      'renewal',
      'unreadable',
    ]),
    message: z.string(),
    values: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .describe('What the message says of this certificate, by name: for messages in other languages.'),
  })
  .meta({ id: 'Finding' });
export type CertificateFinding = z.infer<typeof FindingAnswer>;

const DAY_MS = 24 * 3600 * 1000;
const SOON_DAYS = 30;

/** Whether it is valid now, and for how long. @param now milliseconds since the epoch */
export function validityFindings(certificate: Certificate, now: number): CertificateFinding[] {
  const validity = certificate.validityAt(now);
  if (validity.kind === 'unreadable') {
    const why = `${validity.field} cannot be read: ${validity.reason}`;
    return [
      { severity: 'error', code: 'unreadable', message: `It is never valid: ${why}.`, values: { why } },
    ];
  }
  const { notBefore, notAfter } = certificate;
  const until = timeText(notAfter);
  if (validity.kind === 'expired') {
    return [{ severity: 'error', code: 'expired', message: `It expired at ${until}.`, values: { until } }];
  }
  if (validity.kind === 'not-yet-valid') {
    const from = timeText(notBefore);
    const message = `It is not valid before ${from}.`;
    return [{ severity: 'warning', code: 'not-yet-valid', message, values: { from } }];
  }
  const days = Math.floor((notAfter - now) / DAY_MS);
  if (days >= SOON_DAYS) return [];
  const message = `It expires in ${days} days, at ${until}.`;
  return [{ severity: 'warning', code: 'expires-soon', message, values: { days, until } }];
}

function strictFindings(certificate: Certificate): CertificateFinding[] {
  const findings: CertificateFinding[] = [];
  const key = publicKeyProblem(certificate);
  if (key) {
    findings.push({
      severity: 'warning',
      code: 'weak-key',
      message: `Its key is weak or unusual: ${key.presented}; expected ${key.expected}.`,
      values: { presented: key.presented, expected: key.expected },
    });
  }
  const signature = signatureAlgorithmProblem(certificate);
  if (signature) {
    findings.push({
      severity: 'warning',
      code: 'weak-signature',
      message: `Its signature is weak or unusual: ${signature.presented}; expected ${signature.expected}.`,
      values: { presented: signature.presented, expected: signature.expected },
    });
  }
  const purpose = extendedKeyUsageProblem(certificate, 'client-auth');
  const { keyUsage, basicConstraints } = certificate.extensions;
  if (purpose || (keyUsage && !keyUsage.has('digitalSignature') && !basicConstraints?.cA)) {
    const presented = purpose?.presented ?? [...(keyUsage ?? [])].join(', ');
    const expected = purpose?.expected ?? 'digitalSignature';
    findings.push({
      severity: 'warning',
      code: 'not-for-client-auth',
      message: `It is not made for client authentication: ${presented}; expected ${expected}.`,
      values: { presented, expected },
    });
  }
  if (basicConstraints?.cA) {
    findings.push({
      severity: 'note',
      code: 'certificate-authority',
      message:
        'It is a certificate authority, as "openssl req -x509" makes them. For a self-signed client that does no harm.',
      values: {},
    });
  }
  return findings;
}

/**
 * What an operator should know of a client's certificate before it is saved.
 * @param now milliseconds since the epoch
 */
export function certificateFindings(certificate: Certificate, now: number): CertificateFinding[] {
  const findings = validityFindings(certificate, now);
  try {
    return [...findings, ...strictFindings(certificate)];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const why = error.message;
    return [...findings, { severity: 'warning', code: 'unreadable', message: `${why}.`, values: { why } }];
  }
}

/** The way from a certificate to what it rests on, and where it breaks off. */
export const ChainAnswer = z
  .object({
    trusted: z.boolean(),
    path: z
      .array(
        z
          .object({
            subject: z.string(),
            'x5t#S256': z.string(),
            role: z.enum(['client certificate', 'intermediate', 'trust anchor']),
          })
          .meta({ id: 'ChainLink' }),
      )
      .describe('The leaf first.'),
    problem: z
      .object({
        reason: z.enum(PATH_REFUSAL_REASONS),
        subject: z.string(),
        field: z.string().describe('As RFC 5280 spells it.'),
        expected: z.string(),
        presented: z.string(),
      })
      .meta({ id: 'ChainProblem' })
      .optional(),
    no_authority: z
      .array(
        z
          .object({
            entry: z.string(),
            certificate: z.string().describe('The subject.'),
            'x5t#S256': z.string(),
            role: z.enum(TRUST_ROLES),
            why: z.string(),
            to_change: z.string().describe('The command, or what to write into deployment.toml.'),
          })
          .meta({ id: 'NoAuthority' }),
      )
      .optional()
      .describe('Entries of the store that bear the name of the missing issuer and vouch for nobody.'),
  })
  .meta({ id: 'Chain' });
type ChainLink = z.infer<typeof ChainAnswer>['path'][number];

/**
 * Builds the chain of a certificate up to one of the authorities trusted, or as far as it goes (RFC 5280 §6.1).
 * @param now milliseconds since the epoch
 */
export function describeChain(
  certificate: Certificate,
  intermediates: readonly Certificate[],
  trust: Pick<TrustSet, 'anchors' | 'others'>,
  now: number,
): z.infer<typeof ChainAnswer> {
  const subjectOf = (certificate: Certificate) => certificateDescription(certificate).subject;
  const shown = (path: readonly Certificate[], anchored: boolean) =>
    path.map(
      (item, index): ChainLink => ({
        subject: subjectOf(item),
        'x5t#S256': item.thumbprint,
        role:
          anchored && index === path.length - 1 && index > 0
            ? 'trust anchor'
            : index === 0
              ? 'client certificate'
              : 'intermediate',
      }),
    );
  const { anchors } = trust;
  const result = validatePath({ leaf: certificate, intermediates, anchors, at: now, usage: 'client-auth' });
  if (result.valid) return { trusted: true, path: shown(result.path, true) };
  const [first] = result.tried;
  const furthest = result.tried.reduce(
    (longest, { path }) => (path.length > longest.length ? path : longest),
    first?.path ?? [certificate],
  );
  const { reason, field, expected, presented } = result;
  return {
    trusted: false,
    path: shown(furthest.length === 0 ? [certificate] : furthest, false),
    problem: { reason, subject: subjectOf(result.certificate), field, expected, presented },
    ...noAuthorityAbove([result.certificate], trust),
  };
}
