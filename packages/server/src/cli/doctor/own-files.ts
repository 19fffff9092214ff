import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Configuration } from '../../config/configuration.ts';
import { deploymentContext, filesOfDeployment } from '../../config/deployment.ts';
import type { HomePaths } from '../../config/home.ts';
import type { FilePurpose } from './file-access.ts';

/** What the server reads, runs and writes, and what each is for. */
export type OwnFiles = ReadonlyMap<string, FilePurpose>;

/** So many files are looked at of one folder: installed packages beside plug-ins may be more. */
const MOST_FILES = 5_000;
/** Octets of a file in which a private key is looked for. */
const HEAD = 1024 * 1024;
/** What is a secret by its name. */
const SECRET_ENDINGS: ReadonlySet<string> = new Set(['.key', '.backup']);
/**
 * By what a file that holds a private key is known to those who have no password for it: PEM, the bags of keys of PKCS#12
 * (RFC 7292 appendix D), and the algorithms by which JKS and JCEKS protect keys.
 */
const OF_KEYS: readonly Buffer[] = [
  Buffer.from('PRIVATE KEY'),
  Buffer.from('2a864886f70d010c0a0101', 'hex'),
  Buffer.from('2a864886f70d010c0a0102', 'hex'),
  Buffer.from('2b060104012a02110101', 'hex'),
  Buffer.from('2b060104012a021301', 'hex'),
];

const WEIGHT: Readonly<Record<FilePurpose, number>> = { above: 0, folder: 1, believed: 2, log: 3, secret: 4 };

class Collected {
  readonly #files = new Map<string, FilePurpose>();

  /** Of two purposes the one that allows less counts. */
  add(path: string | undefined, purpose: FilePurpose): void {
    if (path === undefined) return;
    const before = this.#files.get(path);
    if (before === undefined || WEIGHT[before] < WEIGHT[purpose]) this.#files.set(path, purpose);
  }

  addAll(paths: readonly string[], purpose: (path: string) => FilePurpose): void {
    for (const path of paths) this.add(path, purpose(path));
  }

  get files(): OwnFiles {
    return this.#files;
  }
}

/** Everything in a folder, by its path; files and folders. */
function pathsIn(folder: string): readonly { readonly path: string; readonly isFolder: boolean }[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .slice(0, MOST_FILES)
      .map((entry) => ({ path: join(entry.parentPath, entry.name), isFolder: entry.isDirectory() }));
  } catch {
    return [];
  }
}

const filesIn = (folder: string): readonly string[] =>
  pathsIn(folder).flatMap(({ path, isFolder }) => (isFolder ? [] : [path]));

/** Whether a file holds a private key; one that cannot be read is told of elsewhere. */
function hasPrivateKey(file: string): boolean {
  try {
    if (!statSync(file).isFile()) return false;
    const descriptor = openSync(file, 'r');
    try {
      const head = Buffer.alloc(HEAD);
      const read = head.subarray(0, readSync(descriptor, head, 0, HEAD, 0));
      return OF_KEYS.some((mark) => read.includes(mark));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

const bySight = (file: string): FilePurpose =>
  SECRET_ENDINGS.has(extname(file).toLowerCase()) || hasPrivateKey(file) ? 'secret' : 'believed';

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Backups hold the encryption key. */
const backupsIn = (folder: string): readonly string[] =>
  namesIn(folder).flatMap((name) => (name.endsWith('.backup') ? [join(folder, name)] : []));

/** A log with the files that rotation made of it. */
const withRotated = (file: string): readonly string[] =>
  namesIn(dirname(file))
    .filter((name) => name === basename(file) || name.startsWith(`${basename(file)}.`))
    .map((name) => join(dirname(file), name));

const withCompanions = (database: string): readonly string[] =>
  ['', '-wal', '-shm', '-journal'].map((ending) => `${database}${ending}`);

/** The files that settings name, wherever they are. */
function addNamed(collected: Collected, { atStart, now }: Configuration): void {
  const { telemetry, database } = atStart;
  const { identity_db } = database;
  const { keystore, truststore, trust_group, transport, outbound, registration, branding } = now();
  const { file_name, certificate_file, key_file } = keystore.primary;
  for (const secret of [file_name, key_file, identity_db.tls_key_file, telemetry.tls_key_file]) {
    collected.add(secret, 'secret');
  }
  const others = [
    certificate_file,
    identity_db.tls_ca_file,
    identity_db.tls_certificate_file,
    telemetry.tls_ca_file,
    telemetry.tls_certificate_file,
    transport.proxy.pinned_certificate,
    outbound.trusted_certificates_file,
    branding.logo_file,
    truststore.file_name,
    ...trust_group.flatMap((group) => [group.file_name, group.crl_file]),
    ...registration.software_statement_authority.map(({ jwks }) =>
      /^https:/i.test(jwks) ? undefined : jwks,
    ),
  ];
  for (const file of others) if (file !== undefined) collected.add(file, bySight(file));
  if (identity_db.type === 'sqlite') collected.addAll(withCompanions(identity_db.url), () => 'secret');
  if (atStart.logging.audit_log === 'file')
    collected.addAll(withRotated(atStart.logging.audit_file), () => 'log');
  if (atStart.logging.file !== undefined) collected.addAll(withRotated(atStart.logging.file), () => 'log');
}

/** Files by `$file{PATH}`; none where deployment.toml cannot be read. */
async function referredTo({ deployment }: HomePaths): Promise<readonly string[]> {
  try {
    return filesOfDeployment(await readFile(deployment), await deploymentContext(deployment));
  } catch {
    return [];
  }
}

/**
 * The files of a home, and those elsewhere that its deployment names.
 * @param configuration absent where deployment.toml cannot be read: then the home's own
 */
export async function ownFiles(paths: HomePaths, configuration?: Configuration): Promise<OwnFiles> {
  const { home, conf, security, dropins, database, logs } = paths;
  const collected = new Collected();
  for (const folder of [home, conf, security, dropins, database, logs]) collected.add(folder, 'folder');
  for (const folder of [conf, security, dropins, database, logs]) {
    for (const { path, isFolder } of pathsIn(folder)) if (isFolder) collected.add(path, 'folder');
  }
  collected.addAll(filesIn(conf), () => 'secret');
  collected.addAll(filesIn(security), bySight);
  collected.addAll(filesIn(dropins), () => 'believed');
  collected.addAll(filesIn(database), () => 'secret');
  collected.addAll(filesIn(logs), () => 'log');
  for (const folder of [home, join(home, 'backups')]) collected.addAll(backupsIn(folder), () => 'secret');
  collected.addAll(await referredTo(paths), () => 'secret');
  if (configuration) addNamed(collected, configuration);
  return collected.files;
}

/** The drop-ins folder and what is in it: what runs as the server. */
export const plugInFiles = ({ dropins }: HomePaths): OwnFiles =>
  new Map<string, FilePurpose>([
    [dropins, 'folder'],
    ...pathsIn(dropins).map(({ path, isFolder }): [string, FilePurpose] => [
      path,
      isFolder ? 'folder' : 'believed',
    ]),
  ]);
