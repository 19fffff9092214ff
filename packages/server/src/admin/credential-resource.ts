import { z } from 'zod';
import type { EventRecorder } from '../event/event-recorder.ts';
import { removeCredentials } from '../registration/credential-removal.ts';
import type { Storage } from '../storage/storage.ts';
import type { EndAccess } from '../user-authentication/session-endings.ts';
import { ByUsername, userNamed } from './of-person.ts';
import { refuseOverAdministrators } from './over-administrators.ts';
import { allOf } from './page.ts';
import { type AdminRoute, adminRoute } from './route.ts';
import { SignedOut } from './signed-out.ts';
import { Timestamp, timestamp } from './timestamp.ts';

const CredentialAnswer = z
  .object({
    kind: z.enum(['totp', 'recovery_code', 'passkey', 'certificate']),
    created_at: Timestamp,
    last_used_at: Timestamp.optional(),
    label: z.string().optional().describe('What its owner calls a passkey; the subject of a certificate.'),
  })
  .meta({ id: 'Credential' });
export const RemovedCredentials = SignedOut.extend({ removed: z.int() }).meta({ id: 'RemovedCredentials' });
const RemovalQuery = z.object({
  end_sessions: z
    .enum(['true', 'false'])
    .default('true')
    .describe('Whether the sessions and grants of the person end too.'),
});

const tag = 'users';

/** `/users/{username}/credentials`: what a person proves who they are with, beside the password. */
export function credentialRoutes(
  storage: Pick<Storage, 'users' | 'credentials' | 'commit'>,
  events: EventRecorder,
  endAccess: EndAccess,
): readonly AdminRoute[] {
  const { users, credentials } = storage;
  return [
    adminRoute({
      method: 'GET',
      path: '/users/{username}/credentials',
      summary: 'List the second factors and personal certificates of an account',
      tag,
      area: 'people',
      access: 'read',
      params: ByUsername,
      response: allOf('Credentials', CredentialAnswer),
      handle: async ({ params }) => {
        const { sub } = await userNamed(users, params.username);
        const items = (await credentials.list(sub)).map((credential) => {
          const { kind, created_at, last_used_at } = credential;
          const label =
            credential.kind === 'passkey'
              ? credential.label
              : credential.kind === 'certificate'
                ? credential.subject
                : undefined;
          return {
            kind,
            created_at: timestamp(created_at),
            ...(last_used_at !== undefined && { last_used_at: timestamp(last_used_at) }),
            ...(label !== undefined && { label }),
          };
        });
        return { items };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/users/{username}/credentials',
      summary:
        'Remove all second factors and personal certificates, for someone who lost them; unless end_sessions is false sessions and grants end in the same unit of work',
      tag,
      area: 'people',
      access: 'write',
      params: ByUsername,
      query: RemovalQuery,
      response: RemovedCredentials,
      handle: async ({ params, query, administrator }) => {
        const user = await userNamed(users, params.username);
        refuseOverAdministrators(administrator, user);
        const ending = query.end_sessions === 'true' ? endAccess : undefined;
        const { removed, ended } = await removeCredentials(storage, events, user, administrator, ending);
        return { removed, ...ended };
      },
    }),
  ];
}
