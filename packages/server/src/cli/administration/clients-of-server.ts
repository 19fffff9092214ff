import type { z } from 'zod';
import { ClientAnswer, IssuedClientAnswer } from '../../admin/client-resource.ts';
import type { Client } from '../../client/client.ts';
import { ClientMetadataRecord } from '../../client/client-metadata.ts';
import { Refused } from '../run-command.ts';
import { type AdminApi, pathOf } from './admin-api-client.ts';
import { everyOf } from './admin-api-listing.ts';
import type { ClientAdministration } from './administration.ts';

/** A client as the admin API shows it: what it answers beyond the registration is left out. */
export function clientOf(answer: z.output<typeof ClientAnswer>): Client {
  const { client_id, client_id_issued_at, enabled, awaits_confirmation, revision } = answer;
  const { certificate_binding, tls_client_certificate_bound_access_tokens: _asked, ...told } = answer;
  return {
    client_id,
    client_id_issued_at,
    enabled,
    ...(awaits_confirmation && { awaits_confirmation }),
    revision,
    metadata: ClientMetadataRecord.parse({
      ...told,
      ...(certificate_binding !== 'when_presented' && {
        tls_client_certificate_bound_access_tokens: certificate_binding === 'required',
      }),
    }),
  };
}

const issuedOf = (answer: z.output<typeof IssuedClientAnswer>) => {
  const { client_secret, warnings = [] } = answer;
  return { client: clientOf(answer), ...(client_secret !== undefined && { client_secret }), warnings };
};

const Told = ClientAnswer.transform(clientOf);

/** Clients of a server elsewhere. */
export function clientsOfServer(api: AdminApi): ClientAdministration {
  const needs = 'clients:write';
  return {
    async register(body, { enabled = true } = {}) {
      if (!enabled) {
        throw new Refused(
          'a client that is disabled is added on a home folder alone: take enabled out of the file, and disable it with countersign client update --disable',
        );
      }
      return issuedOf(await api.read({ method: 'POST', path: '/clients', needs, body }, IssuedClientAnswer));
    },
    list: (narrowed) => everyOf(api, '/clients', 'clients:read', Told, narrowed),
    async find(client_id) {
      const path = pathOf`/clients/${client_id}`;
      return api.find({ method: 'GET', path, needs: 'clients:read' }, Told);
    },
    async change(client_id, delta, expected) {
      const body = {
        metadata: delta.metadata,
        add_certificates: delta.addCertificates,
        remove_certificates: delta.removeCertificates,
        enabled: delta.enabled,
        regenerate_secret: delta.regenerateSecret,
        end_tokens: delta.endTokens,
      };
      const path = pathOf`/clients/${client_id}/changes`;
      // Who names no revision means the client as it is then, whatever is replaced.
      const asked = { method: 'POST', path, needs, body, ifMatch: expected ?? 'any' } as const;
      return issuedOf(await api.read(asked, IssuedClientAnswer));
    },
    remove: (client_id, expected) =>
      api.done({ method: 'DELETE', path: pathOf`/clients/${client_id}`, needs, ifMatch: expected }),
  };
}
