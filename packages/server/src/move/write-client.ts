import { InvalidClientMetadata } from '../client/client-registration.ts';
import { clientEvent } from '../registration/client-registrar.ts';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';
import type { MovedSecret } from './record.ts';
import { selfRegistrationDifferences, selfRegistrationSteps } from './self-registration.ts';
import type { Finding } from './source.ts';
import { knownStanding, standingDetail, standingDifferences, standingSteps } from './standing.ts';

/** Bytes that a secret has at least which signs: as many as the hash of HS256 gives (RFC 7518 §3.2). */
const LEAST_TO_SIGN = 32;

/** That a secret is worth less here than it was there. */
function secretFindings(method: string, secret: MovedSecret | undefined): readonly Finding[] {
  if (method !== 'client_secret_jwt' || secret?.form !== 'text') return [];
  const bytes = Buffer.byteLength(secret.value);
  if (bytes >= LEAST_TO_SIGN) return [];
  const why = `it has ${bytes} bytes, and HS256 wants ${LEAST_TO_SIGN} (RFC 7518 §3.2): what it signs is refused until the client has another one`;
  return [{ field: 'client_secret', ours: 'client_secret', outcome: 'lost', why }];
}

/** Judges clients as a registration would, and writes them with their secrets, groups and roles. */
export function clientWriter(context: WriterContext): RecordWriter<'client'> {
  const { storage, clients, names, by, source, clock } = context;
  return {
    async judge(record) {
      const { client_id } = record;
      const member = { kind: 'client', id: client_id } as const;
      try {
        const judged = await clients.judgeMoved(record);
        const { findings, ...standing } = await knownStanding(record, names);
        const present = await storage.clients.find(client_id);
        if (present) {
          const fields = [
            ...(await judged.differences(present)),
            ...(await standingDifferences(storage, member, standing)),
            ...(await selfRegistrationDifferences(record, storage)),
          ];
          return fields.length === 0 ? { verdict: 'present' } : { verdict: 'differs', fields };
        }
        const method = judged.client.metadata.token_endpoint_auth_method;
        if (judged.lacksSecret) {
          const why =
            record.secret === undefined
              ? `the files have no secret, which ${method} needs`
              : `${method} needs the secret itself, and the files have its hash`;
          return { verdict: 'refused', field: 'client_secret', why, asks: true };
        }
        return {
          verdict: 'add',
          findings: [...findings, ...secretFindings(method, record.secret)],
          writing: {
            in: 'shared unit',
            async prepare() {
              const { client, steps } = await judged.written();
              const event = clientEvent('client.created', client_id, by, undefined, client);
              return {
                steps: [
                  ...steps,
                  ...selfRegistrationSteps(record, storage),
                  ...(await standingSteps(storage, names, member, standing, clock())),
                ],
                event: { ...event, detail: { imported_from: source, ...standingDetail(standing) } },
              };
            },
          },
        };
      } catch (error) {
        if (!(error instanceof InvalidClientMetadata)) throw error;
        return { verdict: 'refused', field: error.field, why: error.message };
      }
    },
  };
}
