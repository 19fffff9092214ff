import type { Certificate } from '@countersign/x509';
import {
  entryCertificate,
  isKeyStore,
  type KeyStoreEntry,
  KeyStoreError,
  type KeyStoreType,
  readKeyStore,
} from '@countersign/x509/key-store';
import { z } from 'zod';
import { describeForPeople } from '../client/certificate-for-people.ts';
import { authorityKeyWarning } from '../client/certificate-key.ts';
import { isAdminScope, Scope } from '../client/scope.ts';
import { TRUST_ROLES, type TrustRole } from '../client/trust-role.ts';
import { describeStanding, STANDING_REASONS, type Standing } from '../client-authentication/authority.ts';
import { ManagedBy, ManagedByChange, type ManagedChange } from '../managed-by.ts';
import type { RevocationState } from '../outbound/revocation-sources.ts';
import { insufficientScope } from '../refusal/error-codes.ts';
import type { Actor } from '../registration/actor.ts';
import { importedEntries, sameAlias, type TrustedEntry } from '../registration/imported-entries.ts';
import type { Naming, TrustRoles } from '../registration/trust-roles.ts';
import { checkRevision, type Expected } from '../registration/unit-of-change.ts';
import { everyItem } from '../storage/every-item.ts';
import type { ClientStore } from '../storage/storage.ts';
import { type Administrator, isOwner, namedIn } from './administrator.ts';
import {
  CertificateAnswer,
  type CertificateFinding,
  FindingAnswer,
  validityFindings,
} from './certificate-report.ts';
import { pastedCertificates } from './certificate-resource.ts';
import { allOf } from './page.ts';
import { type AdminRoute, adminRoute, InvalidInput, NotFound } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

/** A file of trust anchors: the trust store, or that of a trust group. */
export type TrustStore = {
  /** Undefined for the trust store itself. */
  readonly group: string | undefined;
  readonly file: string;
  readonly type: KeyStoreType;
  readonly revocation: 'off' | 'prefer' | 'require';
  readonly crl_file: string | undefined;
  readonly entries: readonly KeyStoreEntry[];
  /** What its entries are, by thumbprint. */
  readonly standings: ReadonlyMap<string, Standing>;
};

/** Where trust anchors are kept; a change counts from the next handshake on. */
export type TrustStores = {
  /** In a file of this node each, or in the database that nodes share. */
  readonly keptIn: 'file' | 'database';
  /** All stores, and a version that differs when any holds something else, or an entry was made something else. */
  list(): Promise<{ readonly stores: readonly TrustStore[]; readonly version: string }>;
  /**
   * Replaces the entries of one store, whole or not at all; the same array is no change. Two changes at once follow one
   * another. A role that somebody gave goes with the certificate when it stands in no store any more, if the role is
   * `authority`.
   * @param expected versions one of which must be the present one
   * @param naming the role that certificates among them are given
   * @throws RevisionMismatch, RoleConfigured
   */
  change(
    group: string | undefined,
    change: (entries: readonly KeyStoreEntry[]) => readonly KeyStoreEntry[],
    by: Actor,
    expected: Expected<string>,
    naming?: Naming,
  ): Promise<void>;
  /**
   * Gives certificates a role, in every store they stand in.
   * @param role undefined to leave them to the rule
   * @param expected as for `change`
   * @throws RevisionMismatch, RoleConfigured
   */
  name(
    thumbprints: readonly string[],
    role: TrustRole | undefined,
    by: Actor,
    expected: Expected<string>,
    managed_by?: ManagedChange['managed_by'],
  ): Promise<void>;
};

const Role = z.enum(TRUST_ROLES).meta({ id: 'TrustRole' });
export const EntryAnswer = z
  .object({
    alias: z.string(),
    kind: z.enum(['trusted-certificate', 'private-key']),
    certificate: CertificateAnswer,
    role: Role.describe('`authority` vouches for client certificates, `handshake` for nobody but itself.'),
    because: z
      .enum(STANDING_REASONS)
      .describe('`named` and `configured` are words of people, the others what the rule says.'),
    why: z.string().describe('The same for people.'),
    unconfirmed: z
      .boolean()
      .describe('Whether it is an authority, signed by itself, and nobody named it so.'),
    clients: z
      .array(z.string())
      .optional()
      .describe(
        'Clients that have or had its certificate or key: for their sake the rule makes it no authority.',
      ),
    named_by: z.string().optional(),
    named_at: Timestamp.optional(),
    managed_by: ManagedBy.optional(),
    warning: z
      .string()
      .optional()
      .describe('What is wrong with the role that somebody gave it, as a predicate of the entry.'),
  })
  .meta({ id: 'TrustEntry' });
type TrustEntry = z.infer<typeof EntryAnswer>;
export const StoreAnswer = z
  .object({
    group: z.string().optional().describe('Absent for the trust store itself.'),
    file_name: z.string(),
    type: z.enum(['JKS', 'PKCS12', 'PEM']),
    kept_in: z
      .enum(['file', 'database'])
      .describe(
        'Where its entries stand: in the file, or in the database that nodes share, into which edits of their files are taken up.',
      ),
    revocation: z.enum(['off', 'prefer', 'require']),
    crl_file: z.string().optional(),
    entries: z.array(EntryAnswer),
  })
  .meta({ id: 'TrustStore' });
export const ImportAnswer = z
  .object({
    added: z.array(EntryAnswer),
    known: z.array(EntryAnswer).describe('Certificates that were there already.'),
    warnings: z.array(z.string()).optional().describe('What keeps an added certificate from being of use.'),
  })
  .meta({ id: 'ImportedCertificates' });
const RevocationAnswer = z
  .object({
    kind: z.enum(['crl', 'ocsp']),
    location: z.string().describe('URL or path.'),
    serial: z.string().optional().describe('Of the certificate an OCSP response is about, in hexadecimal.'),
    this_update: Timestamp.optional(),
    next_update: Timestamp.optional(),
    fetched_at: Timestamp.optional(),
    error: z
      .object({ at: Timestamp, problems: z.array(z.string()) })
      .meta({ id: 'RevocationFailure' })
      .optional()
      .describe('The last attempt, when it failed.'),
  })
  .meta({ id: 'RevocationState' });

const entryAnswer = (
  { alias, kind }: KeyStoreEntry,
  certificate: Certificate,
  standing: Standing,
): TrustEntry => ({
  alias,
  kind,
  certificate: describeForPeople(certificate),
  ...describeStanding(certificate, standing),
});

const entriesAnswer = ({
  entries,
  standings,
}: Pick<TrustStore, 'entries' | 'standings'>): readonly TrustEntry[] =>
  entries.flatMap((entry) => {
    const certificate = entryCertificate(entry);
    const standing = certificate && standings.get(certificate.thumbprint);
    return standing ? [entryAnswer(entry, certificate, standing)] : [];
  });

function storeAnswer(store: TrustStore, kept_in: TrustStores['keptIn']): z.infer<typeof StoreAnswer> {
  return {
    ...(store.group !== undefined && { group: store.group }),
    file_name: store.file,
    type: store.type,
    kept_in,
    revocation: store.revocation,
    ...(store.crl_file !== undefined && { crl_file: store.crl_file }),
    entries: [...entriesAnswer(store)],
  };
}

function revocationAnswer(state: RevocationState): z.infer<typeof RevocationAnswer> {
  const { kind, location, serial, thisUpdate, nextUpdate, fetchedAt, lastError } = state;
  return {
    kind,
    location,
    ...(serial !== undefined && { serial }),
    ...(thisUpdate !== undefined && { this_update: timestamp(thisUpdate) }),
    ...(nextUpdate !== undefined && { next_update: timestamp(nextUpdate) }),
    ...(fetchedAt !== undefined && { fetched_at: timestamp(fetchedAt) }),
    ...(lastError && {
      error: { at: timestamp(lastError.at), problems: lastError.problems.map(({ detail }) => detail) },
    }),
  };
}

/** The key store that base64 text stands for; undefined for what is read as certificates themselves. */
function keyStoreBytes(content: string): Buffer | undefined {
  if (content.includes('-----BEGIN')) return undefined;
  const bytes = Buffer.from(content, 'base64');
  return isKeyStore(bytes) ? bytes : undefined;
}

/** What an uploaded file holds, whatever its format. */
type Uploaded = {
  readonly certificates: readonly Certificate[];
  /** How many private keys it has beside them, which nothing is done with. */
  readonly privateKeys: number;
};

/** @throws InvalidInput */
async function uploaded(content: string, password: string): Promise<Uploaded> {
  const bytes = keyStoreBytes(content);
  if (bytes === undefined) {
    return {
      certificates: pastedCertificates(content, 'content'),
      privateKeys: content.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----/g)?.length ?? 0,
    };
  }
  try {
    const entries = await readKeyStore(bytes, password);
    return {
      certificates: entries.flatMap((entry) => entryCertificate(entry) ?? []),
      privateKeys: entries.filter(({ kind }) => kind === 'private-key').length,
    };
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
    throw new InvalidInput(error.reason === 'wrong-password' ? 'password' : 'content', error.message);
  }
}

const Import = z
  .strictObject({
    content: z
      .string()
      .min(1)
      .max(900_000)
      .describe('PEM text, or base64 of DER, PKCS#7, or a JKS or PKCS#12 store.'),
    password: z.string().max(2000).default(''),
    alias: z
      .string()
      .regex(/^[^\p{Cc}]{1,200}$/u, 'must have 1 to 200 characters and no control characters')
      .optional()
      .describe('Given to the first; the thumbprint otherwise.'),
    group: z
      .string()
      .max(200)
      .optional()
      .describe('The trust group to import into; the trust store otherwise.'),
    role: Role.optional().describe(
      'What the certificates are to be, those too that were there already; what the rule says otherwise.',
    ),
    managed_by: ManagedBy.optional(),
  })
  .refine(({ role, managed_by }) => role !== undefined || managed_by === undefined, {
    path: ['managed_by'],
    message: 'goes with a role',
  })
  .meta({ id: 'CertificateImport' });

export const ThumbprintRoleAnswer = z
  .object({
    'x5t#S256': z.string(),
    entry: EntryAnswer.optional().describe('Absent for a certificate that stands in no store any more.'),
  })
  .meta({ id: 'ThumbprintTrustRole' });
const GivenRole = z.strictObject({ role: Role, managed_by: ManagedByChange }).meta({ id: 'GivenTrustRole' });
/** A role as somebody says it; undefined where it is left to the rule. */
type SaidRole = ManagedChange & { readonly role: TrustRole | undefined };

const Named = z.object({ alias: z.string() });
const InGroup = z.object({ group: z.string().max(200).optional() });
const tag = 'trust';

/** Reads of stores what the operations below are about. */
const readerOf = (stores: TrustStores) => {
  const storeOf = async (group: string | undefined): Promise<TrustStore> => {
    const store = (await stores.list()).stores.find((candidate) => candidate.group === group);
    if (!store) throw new NotFound(`there is no trust group ${JSON.stringify(group)}`);
    return store;
  };
  const entryAt = async (alias: string, group: string | undefined): Promise<KeyStoreEntry> => {
    const entry = (await storeOf(group)).entries.find(sameAlias(alias));
    if (!entry) throw new NotFound(`the trust store has no entry ${JSON.stringify(alias)}`);
    return entry;
  };
  const version = async () => (await stores.list()).version;
  return { storeOf, entryAt, version };
};

/**
 * A client of `tls_client_auth` is whoever an authority of its trust store says it is: where it has scopes of the admin
 * API, only an owner says who is one. Clients with anchors of their own rest on no store.
 * @param where the stores that a certificate comes to vouch in: a role holds in all of them
 * @throws Refusal 403
 */
async function refuseAuthority(
  administrator: Administrator,
  where: { readonly group: string | undefined } | 'every store',
  clients: Pick<ClientStore, 'list'>,
): Promise<void> {
  if (isOwner(administrator)) return;
  const filter = { token_endpoint_auth_method: 'tls_client_auth' };
  for await (const { client_id, metadata } of everyItem((page) => clients.list({ ...page, ...filter }))) {
    const { scope, trust_group, trust_anchors } = metadata;
    const rests = trust_anchors.length === 0 && (where === 'every store' || trust_group === where.group);
    if (!rests || ![...Scope.of(scope)].some(isAdminScope)) continue;
    throw insufficientScope(
      'Only an owner says who vouches for clients that have scopes of the admin API.',
      'administration_of_trust',
      {
        ...namedIn(administrator),
        client_id,
        expected: 'the role owner, or trust_anchors of the client’s own',
        presented: [...administrator.power.scopes()],
      },
    );
  }
}

function importRoute(stores: TrustStores, clients: Pick<ClientStore, 'list'>): AdminRoute {
  const { storeOf, version } = readerOf(stores);
  return adminRoute({
    method: 'POST',
    path: '/truststore/certificates',
    summary: 'Import the certificates of PEM text, a JKS or a PKCS#12 store',
    tag,
    area: 'trust',
    access: 'write',
    body: Import,
    response: ImportAnswer,
    status: 201,
    versioned: 'conditional',
    handle: async ({ body, administrator, now, expectedTags, showRevision }) => {
      const { alias, group, role, managed_by } = body;
      await storeOf(group);
      if (role !== 'handshake') {
        await refuseAuthority(administrator, role === undefined ? { group } : 'every store', clients);
      }
      const { certificates } = await uploaded(body.content, body.password);
      if (certificates.length === 0) throw new InvalidInput('content', 'holds no certificates');
      let added: readonly TrustedEntry[] = [];
      const adding = (current: readonly KeyStoreEntry[]) => {
        added = importedEntries(certificates, current, alias, now);
        return added.length === 0 ? current : [...current, ...added];
      };
      const thumbprints = certificates.map(({ thumbprint }) => thumbprint);
      const naming = role && { thumbprints, role, managed_by };
      await stores.change(group, adding, administrator, expectedTags, naming);
      showRevision(await version());
      const imported = new Set(thumbprints);
      const shown = entriesAnswer(await storeOf(group)).filter(({ certificate }) =>
        imported.has(certificate['x5t#S256']),
      );
      const fresh = new Set(added.map(({ certificate }) => certificate.thumbprint));
      const isKnown = ({ certificate }: TrustEntry) => !fresh.has(certificate['x5t#S256']);
      const warnings = [
        ...added.map((entry) => [entry.alias, authorityKeyWarning(entry.certificate)]),
        ...shown.map((entry) => [entry.alias, entry.warning]),
      ].flatMap(([name, warning]) => (warning === undefined ? [] : [`${name} ${warning}`]));
      return {
        added: shown.filter((entry) => !isKnown(entry)),
        known: shown.filter(isKnown),
        ...(warnings.length > 0 && { warnings }),
      };
    },
  });
}

const Preview = z
  .strictObject({
    content: z.string().min(1).max(900_000).describe('As an import takes it.'),
    password: z.string().max(2000).default(''),
    group: z.string().max(200).optional(),
  })
  .meta({ id: 'CertificatesToPreview' });
const PreviewAnswer = z
  .object({
    certificates: z.array(
      z
        .object({
          certificate: CertificateAnswer,
          alias: z.string().optional().describe('Under which the store has it already.'),
          findings: z.array(FindingAnswer),
        })
        .meta({ id: 'PreviewedCertificate' }),
    ),
    private_keys: z.int().describe('How many private keys stand beside them; an import takes none of these.'),
  })
  .meta({ id: 'PreviewedCertificates' });

/** What is known of a certificate before it is imported. */
function importFindings(certificate: Certificate, now: number): CertificateFinding[] {
  const findings = validityFindings(certificate, now);
  const key = authorityKeyWarning(certificate);
  if (key !== undefined) {
    findings.push({ severity: 'warning', code: 'key-not-for-tls', message: `It ${key}.`, values: {} });
  }
  const described = describeForPeople(certificate);
  if ('is_ca' in described && described.is_ca) return findings;
  const message = 'It is no certificate authority: by the rule it vouches for nobody.';
  return [...findings, { severity: 'note', code: 'no-certificate-authority', message, values: {} }];
}

function previewRoute(stores: TrustStores): AdminRoute {
  const { storeOf } = readerOf(stores);
  return adminRoute({
    method: 'POST',
    path: '/truststore/preview',
    summary: 'Look at the certificates of PEM text, a JKS or a PKCS#12 store before they are imported',
    tag,
    area: 'trust',
    access: 'write',
    body: Preview,
    response: PreviewAnswer,
    handle: async ({ body, now }) => {
      const { entries } = await storeOf(body.group);
      const { certificates, privateKeys } = await uploaded(body.content, body.password);
      const aliasOf = new Map(
        entries.map((entry) => [entryCertificate(entry)?.thumbprint, entry.alias] as const),
      );
      return {
        certificates: certificates.map((certificate) => {
          const alias = aliasOf.get(certificate.thumbprint);
          return {
            certificate: describeForPeople(certificate),
            ...(alias !== undefined && { alias }),
            findings: importFindings(certificate, now),
          };
        }),
        private_keys: privateKeys,
      };
    },
  });
}

/** What an entry is: said by an administrator, or left to the rule. */
function roleRoutes(stores: TrustStores, clients: Pick<ClientStore, 'list'>): readonly AdminRoute[] {
  const { storeOf, entryAt, version } = readerOf(stores);
  const path = '/truststore/certificates/{alias}/role';
  const common = { path, tag, area: 'trust', access: 'write', params: Named, query: InGroup } as const;

  const setRole = async (
    alias: string,
    group: string | undefined,
    { role, managed_by }: SaidRole,
    administrator: Administrator,
    expected: Expected<string>,
  ): Promise<TrustEntry> => {
    checkRevision('the trust store', await version(), expected);
    if (role !== 'handshake') await refuseAuthority(administrator, 'every store', clients);
    const certificate = entryCertificate(await entryAt(alias, group));
    const thumbprints = certificate ? [certificate.thumbprint] : [];
    await stores.name(thumbprints, role, administrator, expected, managed_by);
    const named = sameAlias(alias);
    const { entries, standings } = await storeOf(group);
    const [entry] = entriesAnswer({ entries: entries.filter(named), standings });
    if (!entry) throw new NotFound(`the trust store has no entry ${JSON.stringify(alias)}`);
    return entry;
  };

  return [
    adminRoute({
      ...common,
      method: 'PUT',
      summary: 'Say what an entry is, whatever the rule says: an authority, or what merely comes through',
      body: GivenRole,
      response: EntryAnswer,
      versioned: 'conditional',
      handle: async ({ params, query, body, administrator, expectedTags, showRevision }) => {
        const entry = await setRole(params.alias, query.group, body, administrator, expectedTags);
        showRevision(await version());
        return entry;
      },
    }),
    adminRoute({
      ...common,
      method: 'DELETE',
      summary: 'Leave it to the rule again what an entry is',
      response: EntryAnswer,
      versioned: 'conditional',
      handle: async ({ params, query, administrator, expectedTags, showRevision }) => {
        const entry = await setRole(
          params.alias,
          query.group,
          { role: undefined },
          administrator,
          expectedTags,
        );
        showRevision(await version());
        return entry;
      },
    }),
  ];
}

/** What a certificate is, in whichever store it stands: by its thumbprint. */
function thumbprintRoleRoutes(
  stores: TrustStores,
  roles: Pick<TrustRoles, 'list'>,
  clients: Pick<ClientStore, 'list'>,
): readonly AdminRoute[] {
  const common = {
    path: '/truststore/roles/{thumbprint}',
    tag,
    area: 'trust',
    access: 'write',
    params: z.object({ thumbprint: z.string().max(100) }),
    response: ThumbprintRoleAnswer,
    versioned: 'conditional',
  } as const;
  const entryOf = async (thumbprint: string): Promise<TrustEntry | undefined> =>
    (await stores.list()).stores
      .flatMap(entriesAnswer)
      .find(({ certificate }) => certificate['x5t#S256'] === thumbprint);
  const set = async (
    thumbprint: string,
    { role, managed_by }: SaidRole,
    administrator: Administrator,
    expected: Expected<string>,
  ) => {
    if (role !== 'handshake') await refuseAuthority(administrator, 'every store', clients);
    const stands = (await entryOf(thumbprint)) !== undefined;
    const isLeft = role === undefined && (await roles.list()).some((left) => left.thumbprint === thumbprint);
    if (!stands && !isLeft) throw new NotFound(`the trust store has no entry ${JSON.stringify(thumbprint)}`);
    await stores.name([thumbprint], role, administrator, expected, managed_by);
    const entry = await entryOf(thumbprint);
    return { 'x5t#S256': thumbprint, ...(entry && { entry }) };
  };
  return [
    adminRoute({
      ...common,
      method: 'PUT',
      summary: 'Say what a certificate of any store is, whatever the rule says',
      body: GivenRole,
      handle: ({ params, body, administrator, expectedTags }) =>
        set(params.thumbprint, body, administrator, expectedTags),
    }),
    adminRoute({
      ...common,
      method: 'DELETE',
      summary:
        'Leave it to the rule again what a certificate is, also of one that stands in no store any more',
      handle: ({ params, administrator, expectedTags }) =>
        set(params.thumbprint, { role: undefined }, administrator, expectedTags),
    }),
  ];
}

/** `/truststore`: the anchors that client certificates may chain to, of the trust store and of every group. */
export function trustRoutes(
  stores: TrustStores,
  revocation: { states(): readonly RevocationState[] },
  clients: Pick<ClientStore, 'list'>,
  roles: Pick<TrustRoles, 'list'>,
): readonly AdminRoute[] {
  const { entryAt, version } = readerOf(stores);
  return [
    adminRoute({
      method: 'GET',
      path: '/truststore',
      summary: 'List the trust store and the trust groups with their certificates',
      tag,
      area: 'trust',
      access: 'read',
      response: allOf('TrustStores', StoreAnswer),
      versioned: 'shown',
      handle: async ({ showRevision }) => {
        const held = await stores.list();
        showRevision(held.version);
        return { items: held.stores.map((store) => storeAnswer(store, stores.keptIn)) };
      },
    }),
    importRoute(stores, clients),
    previewRoute(stores),
    ...roleRoutes(stores, clients),
    ...thumbprintRoleRoutes(stores, roles, clients),
    adminRoute({
      method: 'DELETE',
      path: '/truststore/certificates/{alias}',
      summary: 'Remove a certificate from the trust store, or from the group named in the query',
      tag,
      area: 'trust',
      access: 'write',
      params: Named,
      query: InGroup,
      versioned: 'conditional',
      handle: async ({ params, query, administrator, expectedTags }) => {
        const named = sameAlias(params.alias);
        checkRevision('the trust store', await version(), expectedTags);
        await entryAt(params.alias, query.group);
        await stores.change(
          query.group,
          (entries) => entries.filter((entry) => !named(entry)),
          administrator,
          expectedTags,
        );
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/revocation',
      summary: 'Show what CRLs and OCSP responses are held, and why a source did not answer',
      tag,
      area: 'trust',
      access: 'read',
      response: allOf('RevocationStates', RevocationAnswer),
      handle: async () => ({ items: revocation.states().map(revocationAnswer) }),
    }),
  ];
}
