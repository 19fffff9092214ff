import { type Certificate, MalformedCertificate } from '@countersign/x509';
import { isKeyStore, type KeyStoreEntry, KeyStoreError, readKeyStore } from '@countersign/x509/key-store';
import { Command } from 'commander';
import { type CertificateDetails, certificateDetails } from '../client/certificate-details.ts';
import { systemClock } from '../clock.ts';
import { certificatesOfFile, readNamedFile } from './certificate-file.ts';
import { type GlobalOptions, print, Refused, withGlobalOptions } from './run-command.ts';
import { atHomeOnly } from './server-option.ts';

/** A certificate of a file, and the entry of a key store that it stands in. */
type Found = {
  readonly certificate: Certificate;
  readonly entry?: { readonly alias: string; readonly kind: KeyStoreEntry['kind'] };
};

const ofEntry = (entry: KeyStoreEntry): readonly Found[] => {
  const { alias, kind } = entry;
  const certificates = entry.kind === 'private-key' ? entry.chain : [entry.certificate];
  return certificates.map((certificate) => ({ certificate, entry: { alias, kind } }));
};

const PRIVATE_KEYS = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*-----END [A-Z ]*PRIVATE KEY-----/g;

/** PEM as a server has it in one file, without the keys beside the certificates: whoever looks into those asks for nothing else. */
function withoutKeys(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  if (!text.includes('-----BEGIN CERTIFICATE-----')) return bytes;
  return Buffer.from(text.replaceAll(PRIVATE_KEYS, ''), 'latin1');
}

type InspectOptions = GlobalOptions & { readonly storepass: string; readonly keypass?: string };

/** The certificates of a file or of standard input, in the order in which they stand there. @throws Refused, UsageError */
async function certificatesIn(file: string, { storepass, keypass }: InspectOptions): Promise<Found[]> {
  const bytes = await readNamedFile(file);
  const name = file === '-' ? 'standard input' : file;
  try {
    if (!isKeyStore(bytes)) {
      return certificatesOfFile(name, withoutKeys(bytes)).map((certificate) => ({ certificate }));
    }
    return (await readKeyStore(bytes, storepass, keypass ?? storepass)).flatMap(ofEntry);
  } catch (error) {
    if (error instanceof KeyStoreError) {
      const advice = error.reason === 'wrong-password' ? '; give it with --storepass' : '';
      throw new Refused(`${name}: ${error.message}${advice}`);
    }
    if (error instanceof MalformedCertificate) throw new Refused(`${name}: ${error.message}`);
    throw error;
  }
}

type Line = readonly [name: string, value: string | number | boolean | undefined];

const joined = (values: readonly string[] | undefined): string | undefined =>
  values && values.length > 0 ? values.join(', ') : undefined;

/** One line each, for what may be long. */
const each = (name: string, values: readonly string[] | undefined): readonly Line[] =>
  (values ?? []).map((value): Line => [name, value]);

function validityText({ validity, days_left = 0 }: CertificateDetails): string {
  switch (validity) {
    case 'valid':
      return `yes, ${days_left} days left`;
    case 'expired':
      return `no, expired ${-days_left - 1} days ago`;
    case 'not-yet-valid':
      return 'no, not yet';
    case 'unreadable':
      return 'never: its times cannot be read';
  }
}

function clientLines({ methods, why_not, but, registration }: CertificateDetails['client_authentication']) {
  return [
    ...methods.map((method): Line => ['client method', method]),
    ...each(methods.length === 0 ? 'no client method' : 'but', why_not),
    ...each('but', but === undefined ? [] : [but]),
    ...registration.flatMap((value) =>
      Object.entries(value).map(([name, text]): Line => [name, String(text)]),
    ),
  ];
}

function linesOf(details: CertificateDetails, entry: Found['entry']): string[] {
  const { policy_constraints: policies, name_constraints: names } = details;
  const isAuthority =
    details.is_ca === true && details.path_length !== undefined
      ? `yes, path length ${details.path_length}`
      : details.is_ca;
  const lines: readonly Line[] = [
    ...(entry ? [['entry', `${entry.alias} (${entry.kind.replace('-', ' ')})`] as const] : []),
    ['subject', details.subject],
    ['issuer', details.issuer],
    ['self_signed', details.self_signed],
    ['serial_number', details.serial_number],
    ['version', details.version],
    ['not_before', details.not_before],
    ['not_after', details.not_after],
    ['valid', validityText(details)],
    ['subject_alt_name', details.subject_alt_name],
    ['key', details.key ?? details.key_type],
    ['signature', details.signature_algorithm],
    ['certificate authority', isAuthority],
    ['key_usage', joined(details.key_usage)],
    ['extended_key_usage', joined(details.extended_key_usage)],
    ['policies', joined(details.certificate_policies)],
    ...each('policy mapping', details.policy_mappings),
    ['require explicit policy', policies?.requireExplicitPolicy],
    ['inhibit policy mapping', policies?.inhibitPolicyMapping],
    ['inhibit_any_policy', details.inhibit_any_policy],
    ...each('permitted names', names?.permitted),
    ...each('excluded names', names?.excluded),
    ['subject key id', details.subject_key_identifier],
    ['authority key id', details.authority_key_identifier],
    ...each('crl', details.crl_uris),
    ...each('delta crl', details.delta_crl_uris),
    ...each('ocsp', details.ocsp_uris),
    ...each('issuer certificate', details.issuer_uris),
    ['no revocation available', details.no_revocation_available],
    [
      'extensions',
      joined(details.extensions?.map(({ name, critical }) => (critical ? `${name} (critical)` : name))),
    ],
    ['sha256', details.fingerprint_sha256],
    ['sha1', details.fingerprint_sha1],
    ['x5t#S256', details['x5t#S256']],
    ...clientLines(details.client_authentication),
    ...(details.unreadable ?? []).map(({ field, reason }): Line => ['unreadable', `${field}: ${reason}`]),
  ];
  return [
    ...lines.flatMap(([name, value]) => {
      if (value === undefined) return [];
      const shown = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
      return [`${name.padEnd(26)} ${shown}`];
    }),
    '',
  ];
}

/** `countersign certificate inspect`: everything the certificates of a file say, and what they are good for here. */
export function inspectCommand(): Command {
  return atHomeOnly(
    withGlobalOptions(
      new Command('inspect').argument('<file>', 'PEM, DER, PKCS#7, PKCS#12 or JKS; - for standard input'),
      'certificate inspect client.pem',
      'certificate inspect keystore.p12 --storepass changeit --json',
    ),
    'it looks into a file, for which nobody is asked',
    { heedsEnvironment: false },
  )
    .description('show everything that the certificates of a file say, and which client each could be')
    .option('--storepass <password>', 'the password of a key store', '')
    .option('--keypass <password>', 'the password of its keys, where that is another')
    .action(async (file: string, options: InspectOptions) => {
      const now = systemClock();
      const found = (await certificatesIn(file, options)).map(({ certificate, entry }) => ({
        entry,
        details: certificateDetails(certificate, now),
      }));
      print(
        options,
        found.map(({ entry, details }) => ({ ...entry, ...details })),
        found.length === 0
          ? ['the key store is empty']
          : found.flatMap(({ entry, details }) => linesOf(details, entry)),
      );
    });
}
