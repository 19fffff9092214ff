import { z } from 'zod';
import type { EventRecorder } from '../event/event-recorder.ts';
import { type NamedCredentials, removeCredentials } from '../registration/credential-removal.ts';
import type { Storage } from '../storage/storage.ts';
import type { Credential } from '../user/credential.ts';
import type { EndAccess } from '../user-authentication/session-endings.ts';
import { ByUsername, userNamed } from './of-person.ts';
import { refuseOverAdministrators } from './over-administrators.ts';
import { allOf } from './page.ts';
import { type AdminRoute, adminRoute, InvalidInput, NotFound } from './route.ts';
import { SignedOut } from './signed-out.ts';
import { Timestamp, timestamp } from './timestamp.ts';

const CredentialKindAnswer = z
  .enum(['totp', 'recovery_code', 'passkey', 'certificate'])
  .meta({ id: 'CredentialKind' });
export const CredentialAnswer = z
  .object({
    kind: CredentialKindAnswer,
    credential_id: z
      .string()
      .optional()
      .describe('By which one is removed; absent for recovery codes, which go together.'),
    created_at: Timestamp,
    last_used_at: Timestamp.optional(),
    expires_at: Timestamp.optional().describe('When a certificate ends.'),
    label: z.string().optional().describe('What its owner calls a passkey; the subject of a certificate.'),
  })
  .meta({ id: 'Credential' });
export const RemovedCredentials = SignedOut.extend({ removed: z.int() }).meta({ id: 'RemovedCredentials' });
const RemovalQuery = z.object({
  kind: CredentialKindAnswer.optional().describe('Removes those of one kind alone.'),
  credential_id: z.string().max(2000).optional().describe('Removes one alone; only with kind.'),
  end_sessions: z
    .enum(['true', 'false'])
    .default('true')
    .describe('Whether the sessions and grants of the person end too.'),
});

/** What a person has beside the password, as the admin API shows it. */
export function credentialAnswer(credential: Credential): z.infer<typeof CredentialAnswer> {
  const { kind, credential_id, created_at, last_used_at } = credential;
  return {
    kind,
    // That of a recovery code is made of the code.
    ...(kind !== 'recovery_code' && { credential_id }),
    created_at: timestamp(created_at),
    ...(last_used_at !== undefined && { last_used_at: timestamp(last_used_at) }),
    ...(credential.kind === 'certificate' && {
      expires_at: timestamp(credential.not_after),
      label: credential.subject,
    }),
    ...(credential.kind === 'passkey' && { label: credential.label }),
  };
}

/** @throws InvalidInput */
function namedBy({ kind, credential_id }: z.infer<typeof RemovalQuery>): NamedCredentials | undefined {
  if (kind === undefined && credential_id !== undefined) {
    throw new InvalidInput('credential_id', 'is given with kind alone');
  }
  if (kind === 'recovery_code' && credential_id !== undefined) {
    throw new InvalidInput('credential_id', 'names no recovery code: they go together');
  }
  return kind && { kind, ...(credential_id !== undefined && { credential_id }) };
}

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
        return { items: (await credentials.list(sub)).map(credentialAnswer) };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/users/{username}/credentials',
      summary:
        'Remove all second factors and personal certificates, those of one kind, or one, for someone who lost them; unless end_sessions is false sessions and grants end in the same unit of work',
      tag,
      area: 'people',
      access: 'write',
      params: ByUsername,
      query: RemovalQuery,
      response: RemovedCredentials,
      handle: async ({ params, query, administrator }) => {
        const user = await userNamed(users, params.username);
        refuseOverAdministrators(administrator, user);
        const named = namedBy(query);
        const ending = query.end_sessions === 'true' ? endAccess : undefined;
        const done = await removeCredentials(storage, events, user, administrator, ending, named);
        if (!done) throw new NotFound(`${user.username} has no such credential`);
        return { removed: done.removed, ...done.ended };
      },
    }),
  ];
}
