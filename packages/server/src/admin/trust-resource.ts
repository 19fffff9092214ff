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
import { authorityKeyWarning } from '../client/certificate-key.ts';
import type { RevocationState } from '../outbound/revocation-sources.ts';
import type { Actor } from '../registration/actor.ts';
import { checkRevision, type Expected } from '../registration/unit-of-change.ts';
import { CertificateAnswer, describeForPeople } from './certificate-report.ts';
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
};

/** Where trust anchors are kept; a change counts from the next handshake on. */
export type TrustStores = {
  list(): readonly TrustStore[];
  /** Differs when any store holds something else. */
  version(): string;
  /**
   * Replaces the entries of one store, whole or not at all. Two changes at once follow one another.
   * @param expected versions one of which must be the present one
   * @throws RevisionMismatch
   */
  change(
    group: string | undefined,
    change: (entries: readonly KeyStoreEntry[]) => readonly KeyStoreEntry[],
    by: Actor,
    expected: Expected<string>,
  ): Promise<void>;
};

const EntryAnswer = z
  .object({
    alias: z.string(),
    kind: z.enum(['trusted-certificate', 'private-key']),
    certificate: CertificateAnswer,
  })
  .meta({ id: 'TrustEntry' });
const StoreAnswer = z
  .object({
    group: z.string().optional().describe('Absent for the trust store itself.'),
    file_name: z.string(),
    type: z.enum(['JKS', 'PKCS12', 'PEM']),
    revocation: z.enum(['off', 'prefer', 'require']),
    crl_file: z.string().optional(),
    entries: z.array(EntryAnswer),
  })
  .meta({ id: 'TrustStore' });
const ImportAnswer = z
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

function storeAnswer(store: TrustStore): z.infer<typeof StoreAnswer> {
  return {
    ...(store.group !== undefined && { group: store.group }),
    file_name: store.file,
    type: store.type,
    revocation: store.revocation,
    ...(store.crl_file !== undefined && { crl_file: store.crl_file }),
    entries: store.entries.flatMap((entry) => {
      const certificate = entryCertificate(entry);
      return certificate
        ? [{ alias: entry.alias, kind: entry.kind, certificate: describeForPeople(certificate) }]
        : [];
    }),
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

const sameAlias = (alias: string) => (entry: KeyStoreEntry) =>
  entry.alias.toLowerCase() === alias.toLowerCase();

/** The key store that base64 text stands for; undefined for what is read as certificates themselves. */
function keyStoreBytes(content: string): Buffer | undefined {
  if (content.includes('-----BEGIN')) return undefined;
  const bytes = Buffer.from(content, 'base64');
  return isKeyStore(bytes) ? bytes : undefined;
}

/** The certificates of an uploaded file, whatever its format. @throws InvalidInput */
async function uploadedCertificates(content: string, password: string): Promise<readonly Certificate[]> {
  const bytes = keyStoreBytes(content);
  if (bytes === undefined) return pastedCertificates(content, 'content');
  try {
    return (await readKeyStore(bytes, password)).flatMap((entry) => entryCertificate(entry) ?? []);
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
  })
  .meta({ id: 'CertificateImport' });

const InGroup = z.object({ group: z.string().max(200).optional() });
const tag = 'trust';

/** `/truststore`: the anchors that client certificates may chain to, of the trust store and of every group. */
export function trustRoutes(
  stores: TrustStores,
  revocation: { states(): readonly RevocationState[] },
): readonly AdminRoute[] {
  const storeOf = (group: string | undefined): TrustStore => {
    const store = stores.list().find((candidate) => candidate.group === group);
    if (!store) throw new NotFound(`there is no trust group ${JSON.stringify(group)}`);
    return store;
  };

  return [
    adminRoute({
      method: 'GET',
      path: '/truststore',
      summary: 'List the trust store and the trust groups with their certificates',
      tag,
      scope: 'admin:read',
      response: allOf('TrustStores', StoreAnswer),
      versioned: 'shown',
      handle: async ({ showRevision }) => {
        showRevision(stores.version());
        return { items: stores.list().map(storeAnswer) };
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/truststore/certificates',
      summary: 'Import the certificates of PEM text, a JKS or a PKCS#12 store',
      tag,
      scope: 'admin:trust',
      body: Import,
      response: ImportAnswer,
      status: 201,
      versioned: 'conditional',
      handle: async ({ body, administrator, now, expectedTags, showRevision }) => {
        const { alias, group } = body;
        const { entries } = storeOf(group);
        const certificates = await uploadedCertificates(body.content, body.password);
        if (certificates.length === 0) throw new InvalidInput('content', 'holds no certificates');
        const present = new Set(entries.map((entry) => entryCertificate(entry)?.thumbprint));
        const fresh = certificates.filter(({ thumbprint }) => !present.has(thumbprint));
        const added = fresh.map((certificate, index) => ({
          kind: 'trusted-certificate' as const,
          alias:
            alias === undefined
              ? certificate.thumbprint.toLowerCase()
              : index === 0
                ? alias
                : `${alias}-${index + 1}`,
          certificate,
          created_at: now,
        }));
        const taken = added.find((entry) => entries.some(sameAlias(entry.alias)));
        if (taken) throw new InvalidInput('alias', `the alias ${JSON.stringify(taken.alias)} is taken`);
        if (added.length > 0) {
          await stores.change(group, (current) => [...current, ...added], administrator, expectedTags);
        } else {
          checkRevision('the trust store', stores.version(), expectedTags);
        }
        showRevision(stores.version());
        const shown = (items: readonly Certificate[], nameOf: (certificate: Certificate) => string) =>
          items.map((certificate) => ({
            alias: nameOf(certificate),
            kind: 'trusted-certificate' as const,
            certificate: describeForPeople(certificate),
          }));
        const aliasIn = (list: readonly KeyStoreEntry[]) => (certificate: Certificate) =>
          list.find((entry) => entryCertificate(entry)?.thumbprint === certificate.thumbprint)?.alias ?? '';
        const known = certificates.filter(({ thumbprint }) => present.has(thumbprint));
        const warnings = added.flatMap(({ alias: name, certificate }) => {
          const warning = authorityKeyWarning(certificate);
          return warning === undefined ? [] : [`${name} ${warning}`];
        });
        return {
          added: shown(fresh, aliasIn(added)),
          known: shown(known, aliasIn(entries)),
          ...(warnings.length > 0 && { warnings }),
        };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/truststore/certificates/{alias}',
      summary: 'Remove a certificate from the trust store, or from the group named in the query',
      tag,
      scope: 'admin:trust',
      params: z.object({ alias: z.string() }),
      query: InGroup,
      versioned: 'conditional',
      handle: async ({ params, query, administrator, expectedTags }) => {
        const named = sameAlias(params.alias);
        checkRevision('the trust store', stores.version(), expectedTags);
        if (!storeOf(query.group).entries.some(named)) {
          throw new NotFound(`the trust store has no entry ${JSON.stringify(params.alias)}`);
        }
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
      scope: 'admin:read',
      response: allOf('RevocationStates', RevocationAnswer),
      handle: async () => ({ items: revocation.states().map(revocationAnswer) }),
    }),
  ];
}
