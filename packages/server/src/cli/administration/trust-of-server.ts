import { certificateToPem, parsePemCertificates } from '@countersign/x509';
import type { z } from 'zod';
import {
  type EntryAnswer,
  ImportAnswer,
  StoreAnswer,
  ThumbprintRoleAnswer,
} from '../../admin/trust-resource.ts';
import type { DescribedStanding } from '../../client-authentication/authority.ts';
import { normalisedThumbprint } from '../../config/sections/values.ts';
import { type AdminApi, pathOf, wasThere } from './admin-api-client.ts';
import { all } from './admin-api-listing.ts';
import type { TrustAdministration, TrustEntry } from './administration.ts';

const Stores = all(StoreAnswer);

function standingOf({ role, because, why, unconfirmed, ...rest }: z.output<typeof EntryAnswer>) {
  const { clients, named_by, named_at, managed_by, warning } = rest;
  return {
    role,
    because,
    why,
    unconfirmed,
    ...(clients && { clients }),
    ...(named_by !== undefined && { named_by }),
    ...(named_at !== undefined && { named_at }),
    ...(managed_by !== undefined && { managed_by }),
    ...(warning !== undefined && { warning }),
  } satisfies DescribedStanding;
}

function entryOf(answer: z.output<typeof EntryAnswer>): TrustEntry {
  const [certificate] = parsePemCertificates(answer.certificate.pem);
  return { alias: answer.alias, kind: answer.kind, certificate, standing: standingOf(answer) };
}

/** The trust store of a server elsewhere. */
export function trustOfServer(api: AdminApi): TrustAdministration {
  const needs = 'trust:write';
  const stores = async () =>
    (await api.read({ method: 'GET', path: '/truststore', needs: 'trust:read' }, Stores)).items;
  const thumbprintOf = async (name: string): Promise<string> => {
    const own = (await stores()).find(({ group }) => group === undefined);
    const named = own?.entries.find(({ alias }) => alias.toLowerCase() === name.toLowerCase());
    return named?.certificate['x5t#S256'] ?? normalisedThumbprint(name) ?? name;
  };
  return {
    async list() {
      const own = (await stores()).find(({ group }) => group === undefined);
      return (own?.entries ?? []).map(entryOf);
    },
    async import(certificates, { alias, role }) {
      const body = { content: certificates.map(certificateToPem).join(''), alias, role };
      const path = '/truststore/certificates';
      const { added, known } = await api.read({ method: 'POST', path, needs, body }, ImportAnswer);
      const fresh = new Set(added.map((entry) => entry.alias.toLowerCase()));
      return { entries: [...known, ...added].map(entryOf), added: fresh };
    },
    async setRole(name, role) {
      const thumbprint = await thumbprintOf(name);
      const method = role === undefined ? 'DELETE' : 'PUT';
      const path = pathOf`/truststore/roles/${thumbprint}`;
      const body = role && { role };
      const set = await api.find({ method, path, needs, body }, ThumbprintRoleAnswer);
      return set && { thumbprint, ...(set.entry && { standing: standingOf(set.entry) }) };
    },
    remove: (alias) =>
      wasThere(api.done({ method: 'DELETE', path: pathOf`/truststore/certificates/${alias}`, needs })),
  };
}
