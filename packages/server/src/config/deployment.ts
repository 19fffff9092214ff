import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import {
  DeploymentSchema,
  decodedEncryptionKey,
  ENCRYPTION_KEY,
  KEYS,
  SECTIONS,
} from './deployment-schema.ts';
import { type DeploymentProblem, InvalidDeployment, unreadableDeployment } from './invalid-deployment.ts';
import { nearestKey } from './nearest-key.ts';
import {
  type Environment,
  filesReferredTo,
  isTable,
  type ResolvedTable,
  resolveReferences,
} from './references.ts';
import { NotToml, type Path, readToml, type Table, type TomlSource } from './toml-source.ts';

type Written = z.output<typeof DeploymentSchema>;

/** Where the server's key and certificate stand: in a key store, or in two PEM files; absolute names. */
export type ServerKeyFiles =
  | { readonly file_name: string; readonly certificate_file: undefined; readonly key_file: undefined }
  | { readonly file_name: undefined; readonly certificate_file: string; readonly key_file: string };

/** The file by which the server's key is named in reports. */
export const serverKeyFile = (files: ServerKeyFiles): string => files.file_name ?? files.certificate_file;

/**
 * A deployment, every default filled in: nested and named like `deployment.toml`, file names absolute,
 * durations in seconds, sizes in bytes.
 */
export type Deployment = Omit<Written, 'server' | 'database' | 'keystore' | 'transport' | 'encryption'> & {
  readonly server: Omit<Written['server'], 'bind' | 'base_url'> & {
    readonly bind: string;
    /** The issuer: no closing slash. */
    readonly base_url: string;
  };
  readonly database: {
    readonly identity_db: Omit<Written['database']['identity_db'], 'url'> & {
      /** An absolute file name for sqlite, a connection URL for postgres. */
      readonly url: string;
    };
  };
  readonly keystore: {
    readonly primary: Omit<Written['keystore']['primary'], 'key_password' | keyof ServerKeyFiles> &
      ServerKeyFiles & { readonly key_password: string };
  };
  readonly transport: Omit<Written['transport'], 'mtls'> & {
    readonly mtls: Omit<Written['transport']['mtls'], 'hostname' | 'base_url'> & {
      readonly hostname: string;
      /** What the advertised aliases begin with: no closing slash. */
      readonly base_url: string;
    };
  };
  readonly encryption: {
    /** 32 bytes: those of the file when the deployment gives none. */
    readonly key: Uint8Array;
  };
};

/** Where a deployment's text came from and what its relative names and its `$env{}` and `$file{}` references mean. */
export type DeploymentContext = {
  /** Named in errors. */
  readonly file: string;
  /** The absolute home folder. */
  readonly home: string;
  readonly environment: Environment;
  /** What `encryption.key` in the home's security folder holds; `undefined` when it is not there. */
  readonly encryptionKeyFile: string | undefined;
};

/**
 * The context of the `deployment.toml` of a home folder, with the environment of this process.
 * @throws InvalidDeployment when the encryption key is there and cannot be read
 */
export async function deploymentContext(file: string): Promise<DeploymentContext> {
  const absolute = resolve(file);
  const home = resolve(dirname(absolute), '../..');
  const keyFile = encryptionKeyFile(home);
  let text: string | undefined;
  try {
    text = await readFile(keyFile, 'utf8');
  } catch (cause) {
    const absent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (!absent) throw unreadableDeployment(keyFile, cause);
  }
  return { file: absolute, home, environment: process.env, encryptionKeyFile: text };
}

/** Where a home keeps the key that encrypts secrets in the database, unless `[encryption] key` gives it. */
export const encryptionKeyFile = (home: string): string =>
  resolve(home, 'repository/resources/security/encryption.key');

/** @throws InvalidDeployment when the file is absent, unreadable or not UTF-8 */
export async function readDeploymentText(file: string): Promise<string> {
  try {
    return decodeDeploymentText(await readFile(file));
  } catch (cause) {
    throw unreadableDeployment(file, cause);
  }
}

/** @throws TypeError when the bytes are not UTF-8 */
export function decodeDeploymentText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TypeError('not UTF-8 text', { cause });
  }
}

/**
 * Parses the text of a `deployment.toml`.
 * @throws InvalidDeployment with every problem found
 */
export function parseDeployment(text: string, context: DeploymentContext): Deployment {
  return readDeployment(text, context).deployment;
}

/** A deployment and what it was made from. */
export type ReadDeployment = {
  readonly deployment: Deployment;
  /** As the schema gives it: plain defaults filled in, those that follow from other keys not. */
  readonly written: Written;
  /** The parsed document, references replaced. */
  readonly table: Table;
  /** The paths of values that files gave: those are shown nowhere. */
  readonly fromFiles: readonly Path[];
};

/** A deployment is read seldom: compiling its schema takes longer than going through it. */
const ONCE = { jitless: true };

/** As {@link parseDeployment}, keeping the table beside the result. @throws InvalidDeployment */
export function readDeployment(text: string, context: DeploymentContext): ReadDeployment {
  const source = sourceOf(text, context.file);
  const resolved = resolveReferences(source.table, context);
  const unresolved = resolved.problems.map(({ path, message }) => problem(source, path, message));
  const table = withTypedReferences(resolved);
  const result = DeploymentSchema.safeParse(table, ONCE);
  if (result.success && unresolved.length === 0) {
    return completed(result.data, table, resolved.fromFiles, context);
  }
  const reported = new Set(resolved.problems.map(({ path }) => JSON.stringify(path)));
  const problems = (result.error?.issues ?? [])
    .filter(({ path }) => !reported.has(JSON.stringify(path)))
    .flatMap((issue) => problemsOf(issue, source, table, resolved.written));
  throw new InvalidDeployment(context.file, [...unresolved, ...problems]);
}

/**
 * Makes a deployment of a table whose keys are each valid, but may not go together.
 * @throws InvalidDeployment, without places
 */
export function deploymentOfTable(
  table: Table,
  fromFiles: readonly Path[],
  context: DeploymentContext,
): ReadDeployment {
  const result = DeploymentSchema.safeParse(table, ONCE);
  if (result.success) return completed(result.data, table, fromFiles, context);
  const problems = result.error.issues.map(({ path, message }) => ({
    line: 1,
    column: 1,
    message: `${dotted(pathOf(path))}: ${message}`,
  }));
  throw new InvalidDeployment(context.file, problems);
}

/** Whether a deployment gives an encryption key itself, or cannot be read. @param file its deployment.toml */
export async function givesEncryptionKey(file: string): Promise<boolean> {
  try {
    const { table } = readToml(decodeDeploymentText(await readFile(file)));
    return valueAt(table, ['encryption', 'key']) !== undefined;
  } catch {
    // Reading it as a whole says what is wrong.
    return true;
  }
}

/** @throws InvalidDeployment when neither the deployment nor the home has an encryption key */
function completed(
  written: Written,
  table: Table,
  fromFiles: readonly Path[],
  context: DeploymentContext,
): ReadDeployment {
  const encryptionKey = written.encryption.key ?? storedEncryptionKey(context);
  const deployment = withDefaultsOfOthers(written, context.home, encryptionKey);
  return { deployment, written, table, fromFiles };
}

/** The files that the text refers to by `$file{PATH}`, absolute; none while it is not TOML. */
export function filesOfDeployment(bytes: Uint8Array, { home }: DeploymentContext): readonly string[] {
  try {
    return filesReferredTo(readToml(decodeDeploymentText(bytes)).table, home);
  } catch {
    return [];
  }
}

function storedEncryptionKey({ file, home, encryptionKeyFile: text }: DeploymentContext): Uint8Array {
  const key = text === undefined ? undefined : decodedEncryptionKey(text.trim());
  if (key !== undefined) return key;
  const why = text === undefined ? 'is not there' : `does not hold ${ENCRYPTION_KEY}`;
  const message = `encryption.key is left out, and ${encryptionKeyFile(home)} ${why}`;
  throw new InvalidDeployment(file, [{ line: 1, column: 1, key: 'encryption.key', message }]);
}

function sourceOf(text: string, file: string): TomlSource {
  try {
    return readToml(text);
  } catch (cause) {
    if (!(cause instanceof NotToml)) throw cause;
    const { line, column } = cause.position;
    const message = `not TOML: ${cause.message}${excerpt(text, line, column)}`;
    throw new InvalidDeployment(file, [{ line, column, message }], { cause });
  }
}

/** The line in question under the error; a line that sets a secret is shown up to its value only. */
function excerpt(text: string, line: number, column: number): string {
  const content = (text.split(/\r?\n/)[line - 1] ?? '').replace(
    /((?:password|key|url)["']?\s*=\s*).*$/i,
    '$1…',
  );
  const number = `${line}`;
  const pointer = `${' '.repeat(number.length)} | ${' '.repeat(Math.min(column - 1, content.length))}^`;
  return content.trim() === '' ? '' : `\n  ${number} | ${content}\n  ${pointer}`;
}

/** A whole value written `"$env{NAME}"` or `"$file{PATH}"` may stand for a number or a boolean: TOML has no other way to write it. */
function withTypedReferences({ table, written }: ResolvedTable): Table {
  const issues = DeploymentSchema.safeParse(table, ONCE).error?.issues ?? [];
  return issues.reduce<Table>((typed, issue) => {
    const path = pathOf(issue.path);
    const whole = /^\$(env|file)\{[^}]*\}$/.test(written.get(JSON.stringify(path)) ?? '');
    const value = valueAt(typed, path);
    if (!whole || issue.code !== 'invalid_type' || typeof value !== 'string') return typed;
    if (issue.expected === 'number' && /^-?\d{1,15}$/.test(value))
      return withValueAt(typed, path, Number(value));
    if (issue.expected === 'boolean' && /^(true|false)$/.test(value)) {
      return withValueAt(typed, path, value === 'true');
    }
    return typed;
  }, table);
}

/** The URL of a listener as clients write it. */
function urlOf(hostname: string, port: number): string {
  const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname;
  return `https://${host}${port === 443 ? '' : `:${port}`}`;
}

/** The file names that are given, in the folder they are relative to. */
const filesIn = <Name extends string>(
  folder: string,
  files: Readonly<Record<Name, string | undefined>>,
): { [each in Name]?: string } => {
  const found: { [each in Name]?: string } = {};
  for (const name in files) {
    const file = files[name];
    if (file !== undefined) found[name] = resolve(folder, file);
  }
  return found;
};

function serverKeyFiles(
  { file_name = 'wso2carbon.jks', certificate_file, key_file }: Written['keystore']['primary'],
  security: string,
): ServerKeyFiles {
  return certificate_file !== undefined && key_file !== undefined
    ? {
        file_name: undefined,
        certificate_file: resolve(security, certificate_file),
        key_file: resolve(security, key_file),
      }
    : { file_name: resolve(security, file_name), certificate_file: undefined, key_file: undefined };
}

function withDefaultsOfOthers(written: Written, home: string, encryptionKey: Uint8Array): Deployment {
  const { server, database, keystore, transport, truststore, trust_group, outbound, logging, branding } =
    written;
  const { registration, telemetry } = written;
  const security = resolve(home, 'repository/resources/security');
  const mtlsHostname = transport.mtls.hostname ?? server.hostname;
  const { type, url = 'repository/database/countersign.db' } = database.identity_db;
  const { tls_ca_file, tls_certificate_file, tls_key_file } = database.identity_db;
  return {
    ...written,
    server: {
      ...server,
      bind: server.bind ?? (server.hostname === 'localhost' ? '127.0.0.1' : '::'),
      base_url: server.base_url ?? urlOf(server.hostname, server.port),
    },
    database: {
      identity_db: {
        ...database.identity_db,
        url: type === 'sqlite' ? resolve(home, url) : url,
        ...filesIn(security, { tls_ca_file, tls_certificate_file, tls_key_file }),
      },
    },
    keystore: {
      primary: {
        ...keystore.primary,
        ...serverKeyFiles(keystore.primary, security),
        key_password: keystore.primary.key_password ?? keystore.primary.password,
      },
    },
    truststore: { ...truststore, file_name: resolve(security, truststore.file_name) },
    transport: {
      ...transport,
      mtls: {
        ...transport.mtls,
        hostname: mtlsHostname,
        base_url: transport.mtls.base_url ?? urlOf(mtlsHostname, transport.mtls.port),
      },
      proxy: {
        ...transport.proxy,
        ...(transport.proxy.pinned_certificate !== undefined && {
          pinned_certificate: resolve(security, transport.proxy.pinned_certificate),
        }),
      },
    },
    outbound: {
      ...outbound,
      ...(outbound.trusted_certificates_file !== undefined && {
        trusted_certificates_file: resolve(security, outbound.trusted_certificates_file),
      }),
    },
    telemetry: {
      ...telemetry,
      ...filesIn(security, {
        tls_ca_file: telemetry.tls_ca_file,
        tls_certificate_file: telemetry.tls_certificate_file,
        tls_key_file: telemetry.tls_key_file,
      }),
    },
    encryption: { key: encryptionKey },
    trust_group: trust_group.map((group) => ({
      ...group,
      file_name: resolve(security, group.file_name),
      ...(group.crl_file !== undefined && { crl_file: resolve(security, group.crl_file) }),
    })),
    registration: {
      ...registration,
      software_statement_authority: registration.software_statement_authority.map((authority) => ({
        ...authority,
        jwks: /^https:/i.test(authority.jwks) ? authority.jwks : resolve(security, authority.jwks),
      })),
    },
    logging: {
      ...logging,
      ...filesIn(home, { file: logging.file }),
      audit_file: resolve(home, logging.audit_file),
    },
    branding: {
      ...branding,
      ...(branding.logo_file !== undefined && { logo_file: resolve(home, branding.logo_file) }),
    },
  };
}

function problem(source: TomlSource, path: Path, message: string): DeploymentProblem {
  const key = dotted(path);
  return { ...source.valuePosition(path), key, message: `${key} ${message}` };
}

function problemsOf(
  issue: z.core.$ZodIssue,
  source: TomlSource,
  table: Table,
  written: ReadonlyMap<string, string>,
): readonly DeploymentProblem[] {
  const path = pathOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => {
      const unknown = [...path, name];
      const nearest = nearestKey(names(unknown));
      const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
      const message = `${dotted(unknown)} is not a known key${hint}`;
      return { ...source.keyPosition(unknown), key: dotted(unknown), message };
    });
  }
  const value = valueAt(table, path);
  const reference = written.get(JSON.stringify(path));
  if (issue.code === 'custom' && issue.params?.rule === true) {
    // A rule may quote the value, which is not to be shown where a reference gave it.
    const message =
      reference === undefined ? issue.message : issue.message.replaceAll(JSON.stringify(value), reference);
    return [problem(source, path, message)];
  }
  const known = KEYS.find((candidate) => startsWith(names(path), candidate.path));
  if (!known) return [problem(source, path, `must be ${tableExpected(path)}, not ${shown(value)}`)];
  const { expected, secret } = known.notes;
  if (!source.has(path) && path.length <= issue.path.length && value === undefined) {
    return [problem(source, path, `is missing; it must be ${expected}`)];
  }
  const presented =
    reference !== undefined
      ? `, not what ${reference.match(/\$(env|file)\{[^}]*\}/)?.[0] ?? 'its reference'} holds`
      : secret
        ? '; the value that stands here is not shown'
        : `, not ${shown(value)}`;
  return [problem(source, path, `must be ${expected}${presented}`)];
}

/** How a table at `path` is written, for an error about something else standing there. */
function tableExpected(path: Path): string {
  const name = names(path).join('.');
  const repeated = SECTIONS.some((section) => section.repeated && section.path.join('.') === name);
  const written =
    repeated && typeof path.at(-1) !== 'number' ? `a list of tables, [[${name}]]` : `a table, [${name}]`;
  return written;
}

function shown(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
  }
  if (Array.isArray(value)) return 'a list';
  if (isTable(value)) return 'a table';
  return value instanceof Date ? 'a date' : String(value);
}

const names = (path: Path): readonly string[] => path.filter((step) => typeof step === 'string');
const dotted = (path: Path): string => names(path).join('.');
const startsWith = (path: readonly string[], prefix: readonly string[]) =>
  prefix.every((name, index) => path[index] === name);
const pathOf = (path: readonly PropertyKey[]): Path => path.filter((step) => typeof step !== 'symbol');

function child(value: unknown, step: string | number): unknown {
  if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
  return isTable(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

/** The value at a path of a parsed document, or undefined. */
export function valueAt(table: Table, path: Path): unknown {
  return path.reduce<unknown>(child, table);
}

/** A copy of a table with the value at `path` replaced, or removed when `value` is undefined. */
export function withValueAt(table: Table, path: Path, value: unknown): Table {
  const replaced = (current: unknown, [step, ...rest]: Path): unknown => {
    if (step === undefined) return value;
    if (typeof step === 'number') {
      return Array.isArray(current)
        ? current.map((item, index) => (index === step ? replaced(item, rest) : item))
        : current;
    }
    const { [step]: before, ...others } = isTable(current) ? current : {};
    const after = replaced(before, rest);
    return after === undefined ? others : { ...others, [step]: after };
  };
  const result = replaced(table, path);
  return isTable(result) ? result : {};
}
