import { randomBytes } from 'node:crypto';
import { type FileHandle, link, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { issueCertificate } from '@countersign/x509/issuance';
import { writePkcs12 } from '@countersign/x509/key-store';
import type { Clock } from '../clock.ts';
import { Configuration } from './configuration.ts';
import { encryptionKeyFile, givesEncryptionKey } from './deployment.ts';
import { DEPLOYMENT_FILE } from './deployment-file.ts';
import { deploymentTemplate } from './deployment-template.ts';
import { isForbidden } from './whole-file.ts';

/** The fixed layout of a home folder; absolute paths. */
export type HomePaths = {
  readonly home: string;
  readonly conf: string;
  /** `repository/conf/deployment.toml` */
  readonly deployment: string;
  readonly security: string;
  /** `wso2carbon.jks`, where a new home keeps the server's key. */
  readonly keystore: string;
  /** `client-truststore.jks`, where a new home keeps its trust anchors. */
  readonly truststore: string;
  /** `server.pem`, the certificates by which clients know the server; made of the key store, read by nothing here. */
  readonly serverCertificate: string;
  /** `encryption.key`, used where `[encryption] key` gives none. */
  readonly encryptionKey: string;
  readonly dropins: string;
  readonly database: string;
  /** What was last taken from the trust store files, where nodes share what those hold. */
  readonly takenFiles: string;
  /** Where the database was among its changes when this node heard of it last. */
  readonly lastChange: string;
  readonly logs: string;
};

/** Thrown when the home folder cannot be made or written; the message says which part and why. */
export class UnusableHome extends Error {
  override readonly name = 'UnusableHome';
}

export type HomeOptions = {
  /** The host name written into a new `deployment.toml`; "localhost" when left out. */
  readonly hostname?: string;
  /** The port written into a new `deployment.toml`; 9443 when left out. */
  readonly port?: number;
  /** Says when the server certificate's validity begins. */
  readonly clock: Clock;
};

/** The longest validity that every common TLS client accepts of a certificate it was told to trust. */
const CERTIFICATE_DAYS = 825;

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const LEFTOVER = /^\.[\w.-]+\.[0-9a-f]{16}\.new$/;
/** A file under way for longer belongs to a start that was interrupted. */
const LEFTOVER_AGE = 60_000;

/** The paths of a home folder, whether it is there or not. */
export function homePaths(home: string): HomePaths {
  const root = resolve(home);
  const conf = join(root, 'repository/conf');
  const security = join(root, 'repository/resources/security');
  return {
    home: root,
    conf,
    deployment: join(root, DEPLOYMENT_FILE),
    security,
    keystore: join(security, 'wso2carbon.jks'),
    truststore: join(security, 'client-truststore.jks'),
    serverCertificate: join(security, 'server.pem'),
    encryptionKey: encryptionKeyFile(root),
    dropins: join(root, 'repository/components/dropins'),
    database: join(root, 'repository/database'),
    takenFiles: join(root, 'repository/database/trust-files'),
    lastChange: join(root, 'repository/database/last-change.json'),
    logs: join(root, 'repository/logs'),
  };
}

/**
 * Makes whatever is missing of a home folder and leaves the rest as it is: folders (mode 0700), and with mode
 * 0600 a `deployment.toml`, an encryption key where the deployment gives none, the server's key with a self-signed
 * certificate, and an empty trust store. Each file
 * appears whole or not at all and never takes the place of another, so an interrupted first start is completed
 * by the next, and several at once agree. Stores are made under their default names only: a deployment that
 * names others brings them along. Where nothing is missing nothing is written: the home may be read-only.
 * @returns whether a file was made, whether the encryption key was, and what the home's `deployment.toml` says
 * @throws UnusableHome, and InvalidDeployment when a `deployment.toml` is there and wrong
 */
export async function initialiseHome(
  home: string,
  { hostname = 'localhost', port = 9443, clock }: HomeOptions,
): Promise<{
  readonly created: boolean;
  readonly madeEncryptionKey: boolean;
  readonly configuration: Configuration;
}> {
  const paths = homePaths(home);
  const { conf, security, dropins, database, logs } = paths;
  for (const folder of [conf, security, dropins, database, logs]) await makeFolder(paths.home, folder);
  for (const folder of [conf, security]) await removeLeftovers(folder, clock());
  const madeDeployment = await makeFile(paths, paths.deployment, async () =>
    Buffer.from(deploymentTemplate({ hostname, port })),
  );
  const madeEncryptionKey = (await givesEncryptionKey(paths.deployment))
    ? false
    : await makeFile(
        paths,
        paths.encryptionKey,
        async () => Buffer.from(`${randomBytes(32).toString('hex')}\n`),
        '[encryption] key in deployment.toml gives one as well',
      );
  const configuration = await Configuration.read(paths.deployment);
  const madeKeystore = await makeServerKeystore(paths, configuration, clock());
  const { truststore } = configuration.now();
  const madeTruststore =
    truststore.file_name === paths.truststore
      ? await makeFile(
          paths,
          paths.truststore,
          () => writePkcs12([], truststore.password),
          '[truststore] file_name names another',
        )
      : false;
  // A file that was lost and made anew is no edit by which everything in it was removed.
  if (madeTruststore) await rm(paths.takenFiles, { recursive: true, force: true });
  const created = madeDeployment || madeEncryptionKey || madeKeystore || madeTruststore;
  return { created, madeEncryptionKey, configuration };
}

/** Takes back the encryption key that this start made, because the database was encrypted with another one. */
export async function removeMadeEncryptionKey(home: string): Promise<void> {
  await rm(homePaths(home).encryptionKey, { force: true });
}

async function makeServerKeystore(
  paths: HomePaths,
  configuration: Configuration,
  now: number,
): Promise<boolean> {
  const { file_name, password, key_password, alias } = configuration.now().keystore.primary;
  // Files that somebody else renews are not made. One password protects a PKCS#12 store and its keys; who wants two brings his own store.
  if (file_name !== paths.keystore || key_password !== password) return false;
  return makeFile(
    paths,
    paths.keystore,
    async () => {
      const { hostname } = configuration.atStart.server;
      const { certificate, privateKey } = await issueCertificate({
        // A common name has at most 64 characters (RFC 5280 appendix A); the alternative names are what counts.
        subject: `CN=${hostname.length <= 64 ? hostname : 'countersign'}`,
        subjectAltNames: {
          dns: [...new Set(['localhost', ...(isIP(hostname) === 0 ? [hostname] : [])])],
          ip: [...new Set(['127.0.0.1', '::1', ...(isIP(hostname) === 0 ? [] : [hostname])])],
        },
        // RSA, because Java 8 and old load balancers know nothing else for certain.
        keyType: 'RSA-2048',
        days: CERTIFICATE_DAYS,
        usage: 'server',
        now,
      });
      return writePkcs12([{ kind: 'private-key', alias, privateKey, chain: [certificate] }], password);
    },
    '[keystore.primary] names another, or certificate_file and key_file',
  );
}

/**
 * Makes a folder. Where that is forbidden it is left to whoever needs it to say so: of a home that is mounted read-only much
 * is never written.
 */
async function makeFolder(home: string, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (cause) {
    if (!isForbidden(cause)) throw unusable(home, cause);
  }
}

/**
 * Writes a file that is not there yet, whole or not at all.
 * @param instead how a deployment does without, where it can
 * @returns whether it was made
 */
async function makeFile(
  { home }: HomePaths,
  file: string,
  content: () => Promise<Uint8Array>,
  instead?: string,
): Promise<boolean> {
  try {
    if (await exists(file)) return false;
  } catch (cause) {
    throw unusable(home, cause);
  }
  const bytes = await content();
  const folder = dirname(file);
  const underway = join(folder, `.${file.slice(folder.length + 1)}.${randomBytes(8).toString('hex')}.new`);
  try {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    try {
      await withFile(underway, 'wx', async (handle) => {
        await handle.writeFile(bytes);
        await handle.sync();
      });
      const made = await putInPlace(underway, file);
      await withFile(folder, 'r', (handle) => handle.sync());
      return made;
    } finally {
      await rm(underway, { force: true });
    }
  } catch (cause) {
    const missing = `${file} is not there; bring it along${instead ? `, or ${instead}` : ''}`;
    throw unusable(home, cause, isForbidden(cause) ? missing : undefined);
  }
}

/** A hard link fails where the file exists, which a rename would replace. */
async function putInPlace(underway: string, file: string): Promise<boolean> {
  try {
    await link(underway, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // Not every file system has hard links.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(codeOf(error))) throw error;
    if (await exists(file)) return false;
    await rename(underway, file);
    return true;
  }
}

async function withFile(
  file: string,
  flags: 'wx' | 'r',
  work: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await open(file, flags, FILE_MODE);
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

async function removeLeftovers(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name);
    if (LEFTOVER.test(name) && (await changedAt(file)) < now - LEFTOVER_AGE) {
      // What cannot be removed is in nobody's way.
      await rm(file, { force: true }).catch(() => {});
    }
  }
}

/** Milliseconds since the epoch; infinitely late for a file another start has just put in place. */
async function changedAt(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return Number.POSITIVE_INFINITY;
    throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

function unusable(home: string, cause: unknown, missing?: string): UnusableHome {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UnusableHome(
    `the home folder ${home} cannot be made or written: ${missing ? `${missing}: ` : ''}${reason}; choose another with --home DIR or COUNTERSIGN_HOME`,
    { cause },
  );
}
