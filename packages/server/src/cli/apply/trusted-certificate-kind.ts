import { isDeepStrictEqual } from 'node:util';
import {
  certificatesIn,
  certificateToPem,
  MalformedCertificate,
  parsePemCertificates,
} from '@countersign/x509';
import { z } from 'zod';
import { EntryAnswer, ImportAnswer, StoreAnswer, ThumbprintRoleAnswer } from '../../admin/trust-resource.ts';
import { TRUST_ROLES } from '../../client/trust-role.ts';
import { pathOf } from '../administration/admin-api-client.ts';
import { all } from '../administration/admin-api-listing.ts';
import { Refused } from '../run-command.ts';
import type { Api } from './deployment.ts';
import { InvalidResource, type Kind, type Present, type Wanted } from './resource.ts';
import { bodyIn, fileOf } from './resource-schema.ts';

const File = fileOf(
  'trusted_certificate',
  {
    content: z.string().min(1).max(100_000).describe('The certificate: PEM, or base64 of DER or PKCS#7.'),
    role: z
      .enum(TRUST_ROLES)
      .describe('`authority` vouches for client certificates, `handshake` for nobody but itself.'),
  },
  z.string().regex(/^[^\p{Cc}]{1,200}$/u, 'must have 1 to 200 characters and no control characters'),
);

const Stores = all(StoreAnswer);

const keyOf = (alias: string): string => alias.toLowerCase();

type Entry = z.output<typeof EntryAnswer>;

const presentOf = ({ alias, certificate, role, because, managed_by }: Entry): Present => ({
  name: alias,
  id: alias,
  revision: 0,
  ...(managed_by !== undefined && { managed_by }),
  fields: {
    content: certificate.pem,
    // What the rule says may change with the clients; a file has a word for it.
    role: because === 'named' || because === 'configured' ? role : undefined,
  },
});

type TrustStore = { readonly entries: readonly Entry[]; readonly revision: string | undefined };

/** The trust store itself; groups of anchors are of deployment.toml. */
async function storeOf(api: Api): Promise<TrustStore> {
  const asked = { method: 'GET', path: '/truststore', needs: 'trust:read' } as const;
  const { value, revision } = await api.readRevised(asked, Stores);
  const own = value.items.find(({ group }) => group === undefined);
  return { entries: own?.entries.filter(({ kind }) => kind === 'trusted-certificate') ?? [], revision };
}

const thumbprintOf = ({ fields }: Pick<Present, 'fields'>): string | undefined =>
  parsePemCertificates(String(fields.content))[0]?.thumbprint;

/**
 * The version of the store now, in which an entry is as it was seen: others of the store may be others.
 * @throws Refused
 */
async function unchanged(seen: Present, api: Api): Promise<string | undefined> {
  const { entries, revision } = await storeOf(api);
  const now = entries.find(({ alias }) => keyOf(alias) === keyOf(seen.name));
  if (now && isDeepStrictEqual(presentOf(now), seen)) return revision;
  throw new Refused(`the entry ${seen.name} of the trust store was changed meanwhile`);
}

/**
 * What rests on a certificate must not end before its successor is there, and a certificate stands in the store once.
 * @throws InvalidResource
 */
function checkPlace({ name, file, ...wanted }: Wanted, entries: readonly Entry[]): void {
  const thumbprint = thumbprintOf(wanted);
  const named = entries.find(({ alias }) => keyOf(alias) === keyOf(name));
  const held = entries.find(({ certificate }) => certificate['x5t#S256'] === thumbprint);
  if (named && named !== held)
    throw new InvalidResource(
      `${file}: content`,
      `is another certificate than the one that stands as ${JSON.stringify(name)}: give the new one a file and name of its own, and take the old one away when nothing rests on it`,
    );
  if (held && held !== named)
    throw new InvalidResource(
      `${file}: name`,
      `is ${JSON.stringify(name)}, but the certificate stands in the trust store as ${JSON.stringify(held.alias)}`,
    );
  if (held?.because === 'configured')
    throw new InvalidResource(`${file}: role`, `stands in deployment.toml: ${held.why}`);
}

const needs = 'trust:write';
const tags = (revision: string | undefined) => (revision === undefined ? undefined : [revision]);

/** Certificates of the trust store. */
export const trustedCertificateKind: Kind = {
  kind: 'trusted_certificate',
  File,
  keyOf,
  async fieldsOf(given) {
    const { content, role } = bodyIn(File, given);
    try {
      const [certificate, ...others] = certificatesIn(content);
      if (!certificate || others.length > 0)
        throw new InvalidResource('content', `must be one certificate, not ${others.length + 1}`);
      return { content: certificateToPem(certificate), role };
    } catch (error) {
      if (!(error instanceof MalformedCertificate)) throw error;
      throw new InvalidResource('content', `is no certificate: ${error.message}`);
    }
  },
  async present({ api }, { wanted }) {
    const { entries } = await storeOf(api);
    for (const each of wanted) checkPlace(each, entries);
    return entries.map(presentOf);
  },
  async *all({ api }) {
    for (const entry of (await storeOf(api)).entries) {
      const present = presentOf(entry);
      yield { ...present, fields: { ...present.fields, role: entry.role } };
    }
  },
  bodyOf: async ({ fields }) => fields,
  async create({ name, fields }, { label: managed_by, deployment: { api } }) {
    const { revision } = await storeOf(api);
    const body = { ...fields, alias: name, managed_by };
    const path = '/truststore/certificates';
    await api.read({ method: 'POST', path, needs, body, ifMatch: tags(revision) }, ImportAnswer);
  },
  async change(present, wanted, _changed, { label: managed_by, deployment: { api } }) {
    const revision = await unchanged(present, api);
    const path = pathOf`/truststore/certificates/${present.name}/role`;
    const body = { role: wanted.fields.role, managed_by };
    await api.read({ method: 'PUT', path, needs, body, ifMatch: tags(revision) }, EntryAnswer);
  },
  async remove(present, { api }) {
    const revision = await unchanged(present, api);
    const path = pathOf`/truststore/certificates/${present.name}`;
    await api.done({ method: 'DELETE', path, needs, ifMatch: tags(revision) });
    // A role that stays would be the label's still, whoever imports the certificate again.
    const thumbprint = thumbprintOf(present);
    if (thumbprint === undefined) return;
    const left = pathOf`/truststore/roles/${thumbprint}`;
    await api.find({ method: 'DELETE', path: left, needs }, ThumbprintRoleAnswer);
  },
};
