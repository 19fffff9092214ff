import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CERTIFICATE_HEADER_FORMATS, headerNameProblem } from '@countersign/forwarded-certificate';
import { z } from 'zod';
import { decodeDeploymentText } from '../config/deployment.ts';
import { nearestFirst } from '../config/edit-distance.ts';
import { resolveReferences } from '../config/references.ts';
import { isBaseUrl } from '../config/sections/values.ts';
import { NotToml, type Path, readToml, type Table, type TomlSource } from '../config/toml-source.ts';
import { trustedAddresses, UnreadableAddressRange } from '../transport/trusted-addresses.ts';
import { PROXIES } from './gate-proxy.ts';

const Text = z.string().min(1).max(2000);
const Texts = z.union([Text.transform((text) => [text]), z.array(Text).min(1).max(100)]);
const HttpsUrl = Text.refine((value) => URL.parse(value)?.protocol === 'https:', 'must be an https URL');

const Introspection = z
  .strictObject({
    client_id: Text,
    client_secret: Text.optional(),
    certificate_file: Text.optional(),
    key_file: Text.optional(),
    endpoint: HttpsUrl.optional(),
    /** Whether JWTs are asked about, too, so that revocation shows at once. */
    tokens: z.enum(['opaque', 'all']).default('opaque'),
    /** Seconds an answer is remembered. */
    cache: z.number().min(0).max(60).default(10),
    /** Whether answers must be signed (RFC 9701). */
    signed: z.boolean().default(false),
  })
  .refine(
    ({ client_secret, certificate_file, key_file }) =>
      (client_secret === undefined) !== (certificate_file === undefined) &&
      (certificate_file === undefined) === (key_file === undefined),
    'must have client_secret, or certificate_file and key_file',
  );

const Issuer = z.strictObject({
  issuer: HttpsUrl,
  /** What `aud` must hold, or one of several. */
  audience: Texts,
  /** PEM certificates that the authorization server's must chain to. */
  trusted_certificates_file: Text.optional(),
  jwks_uri: HttpsUrl.optional(),
  token_type: Text.default('at+jwt'),
  introspection: Introspection.optional(),
});

const AddressRange = z.string().check(({ value, issues }) => {
  try {
    trustedAddresses([value]);
  } catch (error) {
    if (!(error instanceof UnreadableAddressRange)) throw error;
    issues.push({ code: 'custom', input: value, message: error.message });
  }
});

const TheProxy = z.strictObject({
  kind: z.enum(PROXIES),
  /** From where it asks; nobody else is answered. */
  addresses: z.array(AddressRange).min(1).max(100).default(['127.0.0.1', '::1']),
  certificate_header: z.enum(CERTIFICATE_HEADER_FORMATS).optional(),
  header_name: Text.refine(
    (name) => headerNameProblem(name) === undefined,
    'cannot carry a certificate',
  ).optional(),
  /** Under which URLs callers know the API: what DPoP proofs name. */
  base_urls: z.array(z.string().refine(isBaseUrl, 'must be an https URL without query')).max(20).default([]),
});

const Rule = z.strictObject({
  /** Decoded: as servers read it, without percent signs. */
  path: z
    .string()
    .regex(/^\/[^\s?#%;\\]*$/, 'must begin with /, be written as it is read, and hold no blanks, %, ; or \\'),
  methods: z
    .array(z.string().regex(/^[A-Z]{1,20}$/, 'must be a method in capitals'))
    .min(1)
    .optional(),
  /** `anyone` needs no token. */
  allow: z.enum(['token', 'anyone']).default('token'),
  scope: z.string().max(4000).default(''),
  /** Needs a detail of this type (RFC 9396), and tells the API those of this type. */
  authorization_details_type: Text.optional(),
  acr_values: z.array(Text).min(1).optional(),
  max_age: z.int().min(0).optional(),
});
export type GateRule = z.infer<typeof Rule>;

const Schema = z.strictObject({
  /** Address and port of the decision endpoint. */
  listen: z
    .string()
    .regex(
      /^(?:\[[0-9a-fA-F:]+\]|[0-9A-Za-z.-]+):\d{1,5}$/,
      'must be an address and a port, such as 127.0.0.1:9450',
    )
    .default('127.0.0.1:9450'),
  require_binding: z.enum(['none', 'any', 'certificate', 'dpop']).default('any'),
  realm: z
    .string()
    .regex(/^[\x20\x21\x23-\x5B\x5D-\x7E]{1,200}$/, 'must be printable, without quotes and backslashes')
    .optional(),
  /** The URL of the API's metadata (RFC 9728), named in challenges. */
  resource_metadata: HttpsUrl.optional(),
  /** What the names of the identity headers begin with. */
  identity_header_prefix: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}-$/, 'must be lower-case letters, digits and hyphens, and end with a hyphen')
    .default('x-auth-'),
  issuer: z.array(Issuer).min(1, 'must name at least one authorization server, [[issuer]]').max(20),
  proxy: TheProxy,
  rule: z.array(Rule).max(1000).default([]),
});

/** A gate's file, every default filled in and every file it names read. */
export type GateConfiguration = Omit<z.infer<typeof Schema>, 'issuer'> & {
  readonly issuers: readonly (z.infer<typeof Issuer> & {
    readonly trusted_certificates: string | undefined;
    readonly certificate: string | undefined;
    readonly key: string | undefined;
  })[];
};

/** Thrown when a gate's file cannot be used; each problem is a line, `file:line:column: what is wrong`. */
export class InvalidGate extends Error {
  override readonly name = 'InvalidGate';
}

const isName = (part: PropertyKey): part is string | number => typeof part !== 'symbol';
const dotted = (path: Path): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part + 1}]` : index === 0 ? part : `.${part}`))
    .join('');

/** The names that could have stood where an unknown one stands. */
function namesAt(path: Path): readonly string[] {
  const parent = path.filter((part) => typeof part === 'string').join('.');
  const shapes: Readonly<Record<string, object>> = {
    '': Schema.shape,
    issuer: Issuer.shape,
    'issuer.introspection': Introspection.shape,
    proxy: TheProxy.shape,
    rule: Rule.shape,
  };
  return Object.keys(shapes[parent] ?? {});
}

function lineOf(file: string, source: TomlSource, path: Path, message: string): string {
  const { line, column } = source.valuePosition(path);
  return `${file}:${line}:${column}: ${dotted(path)} ${message}`;
}

function linesOf(file: string, source: TomlSource, issue: z.core.$ZodIssue): readonly string[] {
  const path = issue.path.filter(isName);
  if (issue.code !== 'unrecognized_keys') {
    const message =
      issue.code === 'custom' || issue.code === 'too_small' || issue.code === 'invalid_format'
        ? issue.message
        : source.has(path)
          ? `is not as it must be: ${issue.message}`
          : 'is missing';
    return [lineOf(file, source, path, message)];
  }
  return issue.keys.map((name) => {
    const [nearest] = nearestFirst(name, namesAt(path), (known) => known, 3);
    const { line, column } = source.keyPosition([...path, name]);
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    return `${file}:${line}:${column}: ${dotted([...path, name])} is not a known key${hint}`;
  });
}

function tomlOf(file: string, text: string): TomlSource {
  try {
    return readToml(text);
  } catch (cause) {
    if (!(cause instanceof NotToml)) throw cause;
    const { line, column } = cause.position;
    throw new InvalidGate(`${file}:${line}:${column}: not TOML: ${cause.message}`, { cause });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return decodeDeploymentText(await readFile(file));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidGate(`${file}:1:1: cannot be read: ${why}`, { cause });
  }
}

/**
 * Reads the file of a gate; names of files in it are relative to its folder, `$env{}` and `$file{}` stand for values as
 * in `deployment.toml`.
 * @throws InvalidGate with every problem found
 */
export async function readGateConfiguration(file: string): Promise<GateConfiguration> {
  const source = tomlOf(file, await readText(file));
  const folder = dirname(resolve(file));
  const { table, problems } = resolveReferences(source.table, { environment: process.env, home: folder });
  const unresolved = problems.map(({ path, message }) => lineOf(file, source, path, message));
  const parsed = parse(table);
  if (!parsed.success || unresolved.length > 0) {
    const found = (parsed.error?.issues ?? []).flatMap((issue) => linesOf(file, source, issue));
    throw new InvalidGate([...unresolved, ...found].join('\n'));
  }
  const { issuer: issuers, ...others } = parsed.data;
  const read = (name: string | undefined) =>
    name === undefined ? undefined : readText(resolve(folder, name));
  return {
    ...others,
    issuers: await Promise.all(
      issuers.map(async (each) => ({
        ...each,
        trusted_certificates: await read(each.trusted_certificates_file),
        certificate: await read(each.introspection?.certificate_file),
        key: await read(each.introspection?.key_file),
      })),
    ),
  };
}

const parse = (table: Table) => Schema.safeParse(table);
