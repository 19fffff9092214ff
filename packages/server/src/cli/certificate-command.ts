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
import { describeRegistered } from '../client/registered-certificate.ts';
import { homePaths } from '../config/home.ts';
import { readCertificateFile } from './certificate-file.ts';
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
    await writeFile(files[0], certificateToPem(issued.certificate) + chain, { flag: 'wx' });
  } catch (error) {
    throw new Refused(
      `cannot write ${out}.pem and ${out}.key: ${error instanceof Error ? error.message : error}`,
    );
  }
  return files;
}

/** The development CA of a home folder, made when first needed. */
async function developmentCa(home: string, now: number): Promise<IssuedCertificate> {
  const folder = homePaths(home).security;
  const out = `${folder}/development-ca`;
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

async function issue(options: IssueOptions): Promise<void> {
  if (options.server && options.clientName !== undefined)
    throw new UsageError('--client-name is for client certificates');
  await withOpenHome(options, async ({ clients, home, clock }) => {
    const ca = options.ca ? await developmentCa(home, clock()) : undefined;
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
      now: clock(),
      ...(ca && { issuer: ca }),
    });
    const [certificate, key] = await writeIssued(
      options.out,
      issued,
      ca ? certificateToPem(ca.certificate) : '',
    );
    const registered =
      options.clientName === undefined
        ? undefined
        : await clients.register(
            {
              client_name: options.clientName,
              client_id: options.clientName,
              certificates: [certificateToPem(issued.certificate)],
              grant_types: ['client_credentials'],
            },
            operator(),
          );
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
        ...(ca ? [`issued by the development CA ${homePaths(home).security}/development-ca.pem`] : []),
        ...(registered ? [`registered as client_id ${registered.client.client_id}`] : []),
      ],
    );
  });
}

/** `countersign certificate …`: certificates for people who do not want to learn openssl. */
export function certificateCommand(): Command {
  const certificate = new Command('certificate').description(
    'look into certificates and issue development ones',
  );

  withGlobalOptions(certificate.command('inspect <file>'))
    .description('show what the certificates of a PEM or DER file say')
    .action(async (file: string, options: GlobalOptions) => {
      const described = (await readCertificateFile(file)).map(describeRegistered);
      print(
        options,
        described,
        described.flatMap((shown) => [
          ...Object.entries({ ...shown, unreadable: undefined }).flatMap(([name, value]) =>
            value === undefined ? [] : [`${name.padEnd(17)}${value}`],
          ),
          ...(shown.unreadable ?? []).map(
            ({ field, reason }) => `${'unreadable'.padEnd(17)}${field}: ${reason}`,
          ),
          '',
        ]),
      );
    });

  withGlobalOptions(certificate.command('issue'))
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
