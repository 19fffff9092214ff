import { createPrivateKey } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { certificateToPem, parsePemCertificates } from '@countersign/x509';
import {
  type IssuedCertificate,
  issueCertificate,
  KEY_TYPES,
  type KeyType,
} from '@countersign/x509/issuance';
import { Command, InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../clock.ts';
import type { OpenHome } from '../server/open-home.ts';
import { inspectCommand } from './certificate-inspection.ts';
import { listCommand } from './certificate-list.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  repeated,
  UsageError,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';
import { isSentElsewhere, SERVER_VARIABLES } from './server-option.ts';

function daysOf(text: string): number {
  const days = Number(text);
  if (!/^\d{1,5}$/.test(text) || days < 1) throw new InvalidArgumentError('not a number of days');
  return days;
}

const CA_SUBJECT = 'CN=Countersign development CA';
const CA_DAYS = 3650;

type IssueOptions = GlobalOptions & {
  readonly subject: string;
  readonly out: string;
  readonly days: number;
  readonly keyType: KeyType;
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly uri?: readonly string[];
  readonly email?: readonly string[];
  readonly ca?: boolean;
  readonly server?: boolean;
  readonly clientName?: string;
};

const keyPem = ({ privateKey }: IssuedCertificate) =>
  privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

/** Writes certificate and key; a file that is there is never overwritten, for it may be someone's only key. */
async function writeIssued(out: string, issued: IssuedCertificate, chain: string): Promise<[string, string]> {
  const files: [string, string] = [`${out}.pem`, `${out}.key`];
  await mkdir(dirname(resolve(out)), { recursive: true });
  try {
    await writeFile(files[1], keyPem(issued), { mode: 0o600, flag: 'wx' });
    await writeFile(files[0], certificateToPem(issued.certificate) + chain, { mode: 0o644, flag: 'wx' });
  } catch (error) {
    throw new Refused(
      `cannot write ${out}.pem and ${out}.key: ${error instanceof Error ? error.message : error}`,
    );
  }
  return files;
}

/** The development CA of a home folder, without the ending of a file. */
async function developmentCaFile(home: string): Promise<string> {
  // Looking into a certificate needs nothing of a home, and is quicker without.
  const { homePaths } = await import('../config/home.ts');
  return `${homePaths(home).security}/development-ca`;
}

/** The development CA of a home folder, made when first needed. */
async function developmentCa(home: string, now: number): Promise<IssuedCertificate> {
  const out = await developmentCaFile(home);
  try {
    const [certificate] = parsePemCertificates(await readFile(`${out}.pem`, 'utf8'));
    const privateKey = createPrivateKey(await readFile(`${out}.key`, 'utf8'));
    if (certificate) return { certificate, privateKey };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const ca = await issueCertificate({
    subject: CA_SUBJECT,
    keyType: 'EC-P256',
    days: CA_DAYS,
    usage: 'ca',
    pathLength: 0,
    now,
  });
  await writeIssued(out, ca, '');
  return ca;
}

/** What a certificate is issued with, where it needs a home: to register its client, or for the authority there. */
type IssuingHome = Pick<OpenHome, 'home' | 'clients' | 'clock'>;

async function issueIn(home: IssuingHome | undefined, options: IssueOptions): Promise<void> {
  const now = home ? home.clock() : systemClock();
  const ca = home && options.ca ? await developmentCa(home.home, now) : undefined;
  const issued = await issueCertificate({
    subject: options.subject,
    subjectAltNames: {
      ...(options.dns && { dns: options.dns }),
      ...(options.ip && { ip: options.ip }),
      ...(options.uri && { uri: options.uri }),
      ...(options.email && { email: options.email }),
    },
    keyType: options.keyType,
    days: options.days,
    usage: options.server ? 'server' : 'client',
    now,
    ...(ca && { issuer: ca }),
  });
  const chain = ca ? certificateToPem(ca.certificate) : '';
  const [certificate, key] = await writeIssued(options.out, issued, chain);
  const registered =
    options.clientName === undefined
      ? undefined
      : await home?.clients.register(
          {
            client_name: options.clientName,
            client_id: options.clientName,
            certificates: [certificateToPem(issued.certificate)],
            grant_types: ['client_credentials'],
          },
          operator(),
        );
  const authority = home && ca && `${await developmentCaFile(home.home)}.pem`;
  print(
    options,
    {
      certificate,
      key,
      'x5t#S256': issued.certificate.thumbprint,
      ...(registered && { client_id: registered.client.client_id }),
    },
    [
      `certificate  ${certificate}`,
      `key          ${key}`,
      `x5t#S256     ${issued.certificate.thumbprint}`,
      ...(authority === undefined ? [] : [`issued by the development CA ${authority}`]),
      ...(registered ? [`registered as client_id ${registered.client.client_id}`] : []),
    ],
  );
}

async function issue(options: IssueOptions): Promise<void> {
  if (options.server && options.clientName !== undefined)
    throw new UsageError('--client-name is for client certificates');
  if (options.clientName === undefined && !options.ca) {
    await issueIn(undefined, options);
    return;
  }
  if (isSentElsewhere(options)) {
    throw new UsageError(
      `certificate issue works on no server elsewhere, which ${SERVER_VARIABLES.server} names: keys are made where they are used. Leave out --client-name and --ca, and register the certificate with client add; for a home folder here name it with --home`,
    );
  }
  await withOpenHome(options, (home) => issueIn(home, options));
}

/** `countersign certificate …`: certificates for people who do not want to learn openssl. */
export function certificateCommand(): Command {
  const certificate = new Command('certificate');

  certificate.addCommand(inspectCommand());
  certificate.addCommand(listCommand());

  withGlobalOptions(
    certificate.command('issue'),
    'certificate issue --subject CN=my-client,O=Example --out my-client --client-name my-client',
  )
    .description('make a key and a certificate for development: OUT.key and OUT.pem')
    .requiredOption('--subject <dn>', 'subject such as CN=my-client,O=Example')
    .requiredOption('--out <path>', 'where to write; .key and .pem are appended')
    .option('--days <number>', 'how long it is valid', daysOf, 365)
    .addOption(new Option('--key-type <type>', 'the kind of key').choices([...KEY_TYPES]).default('EC-P256'))
    .option('--dns <name>', 'a DNS name; may be repeated', repeated)
    .option('--ip <address>', 'an IP address; may be repeated', repeated)
    .option('--uri <uri>', 'a URI; may be repeated', repeated)
    .option('--email <address>', 'an email address; may be repeated', repeated)
    .option('--ca', 'have it issued by the development CA of the home instead of self-signed')
    .option('--server', 'a server certificate instead of a client certificate')
    .option('--client-name <name>', 'register a client of this name with it')
    .action(issue);

  return certificate;
}
