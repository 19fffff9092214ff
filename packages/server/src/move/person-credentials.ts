import {
  type Certificate,
  certificateDescription,
  certificatesIn,
  MalformedCertificate,
} from '@countersign/x509';
import { readPasswordHash, UnusablePasswordHash } from '../password-hash.ts';
import type { Step } from '../unit-of-work.ts';
import type { Credential } from '../user/credential.ts';
import { checkSize, UnacceptablePassword } from '../user/password.ts';
import { sealedTotpSecret, totpSecret } from '../user-authentication/second-factor.ts';
import { USUAL_TOTP } from '../user-authentication/totp.ts';
import type { WriterContext } from './import-context.ts';
import type { MovedPassword, MovedPerson } from './record.ts';
import type { Finding } from './source.ts';

/** What somebody signs in with that can come over, and what of it cannot. */
export type KnownCredentials = {
  readonly password: MovedPassword | undefined;
  readonly totp: MovedPerson['totp'][number] | undefined;
  readonly certificates: readonly Certificate[];
  readonly findings: readonly Finding[];
  /** What writes the factors of an account that is written before. @param now milliseconds since the epoch */
  steps(sub: string, now: number): readonly Step[];
};

const LONGEST_SUBJECT = 500;
const finding = (field: string, outcome: Finding['outcome'], why: string): Finding => ({
  field,
  ours: field,
  outcome,
  why,
});

/** @returns the password, or why it cannot be checked here */
function usablePassword(password: MovedPassword): MovedPassword | string {
  try {
    if (password.form === 'hash') readPasswordHash(password.value);
    else checkSize(password.value);
    return password;
  } catch (error) {
    if (error instanceof UnusablePasswordHash || error instanceof UnacceptablePassword) return error.message;
    throw error;
  }
}

/** @returns the one certificate in a text, or why it is none */
function certificateIn(pem: string): Certificate | string {
  try {
    const [certificate, ...others] = certificatesIn(pem);
    return certificate && others.length === 0 ? certificate : 'there is not one certificate in it';
  } catch (error) {
    if (error instanceof MalformedCertificate) return error.message;
    throw error;
  }
}

/** @param holders who of the files has which certificate, by thumbprint */
async function usableCertificates(
  { certificates, username }: MovedPerson,
  { storage, clock }: WriterContext,
  holders: ReadonlyMap<string, string>,
): Promise<{ readonly usable: readonly Certificate[]; readonly findings: readonly Finding[] }> {
  const usable = new Map<string, Certificate>();
  const findings: Finding[] = [];
  const lose = (why: string) => findings.push(finding('certificates', 'lost', why));
  for (const pem of certificates) {
    const certificate = certificateIn(pem);
    if (typeof certificate === 'string') {
      lose(certificate);
      continue;
    }
    const { thumbprint } = certificate;
    const { subject } = certificateDescription(certificate);
    const held = await storage.credentials.find('certificate', thumbprint);
    const holder = held ? (await storage.users.find(held.sub))?.username : holders.get(thumbprint);
    if (certificate.notAfter < clock()) lose(`the certificate ${subject} has expired`);
    else if (holder !== undefined && holder !== username)
      lose(`the certificate ${subject} signs ${JSON.stringify(holder)} in`);
    else usable.set(thumbprint, certificate);
  }
  return { usable: [...usable.values()], findings };
}

/** Finds out with what of the files somebody can sign in here. */
export async function credentialsOf(
  record: MovedPerson,
  context: WriterContext,
  holders: ReadonlyMap<string, string>,
): Promise<KnownCredentials> {
  const { storage, encryptionKey, clock } = context;
  const findings: Finding[] = [];
  const password = record.password && usablePassword(record.password);
  if (typeof password === 'string') {
    findings.push(finding('password', 'lost', `${password}; the account has none until one is set`));
  }
  const [totp, ...others] = record.totp;
  if (others.length > 0) {
    const why = `of ${record.totp.length} authenticator apps the first comes over; here a person has one`;
    findings.push(finding('totp', 'lost', why));
  }
  const { usable, findings: ofCertificates } = await usableCertificates(record, context, holders);
  return {
    password: typeof password === 'string' ? undefined : password,
    totp,
    certificates: usable,
    findings: [...findings, ...ofCertificates],
    steps(sub, now) {
      const factors = usable.map((certificate) =>
        storage.credentials.steps.insert({
          kind: 'certificate',
          credential_id: certificate.thumbprint,
          sub,
          created_at: clock(),
          subject: certificateDescription(certificate).subject.slice(0, LONGEST_SUBJECT),
          not_after: certificate.notAfter,
        }),
      );
      if (!totp) return factors;
      const { secret, algorithm, digits, period, created_at = now, last_used_at } = totp;
      const app = storage.credentials.steps.insert({
        kind: 'totp',
        credential_id: sub,
        sub,
        created_at,
        ...(last_used_at !== undefined && { last_used_at }),
        sealed_secret: sealedTotpSecret(secret, sub, encryptionKey),
        ...(algorithm !== USUAL_TOTP.algorithm && { algorithm }),
        ...(digits !== USUAL_TOTP.digits && { digits }),
        ...(period !== USUAL_TOTP.period && { period }),
      });
      return [...factors, app];
    },
  };
}

/** What of the files somebody does not have here; what they have beside is their own. */
export function credentialDifferences(
  { totp, certificates }: KnownCredentials,
  held: readonly Credential[],
  encryptionKey: Uint8Array,
): readonly string[] {
  const hasApp = held.some(
    (credential) => credential.kind === 'totp' && totpSecret(credential, encryptionKey) === totp?.secret,
  );
  const hasAll = certificates.every(({ thumbprint }) =>
    held.some(({ kind, credential_id }) => kind === 'certificate' && credential_id === thumbprint),
  );
  return [...(!totp || hasApp ? [] : ['totp']), ...(hasAll ? [] : ['certificates'])];
}
