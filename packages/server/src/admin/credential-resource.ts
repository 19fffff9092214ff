import { z } from 'zod';
import type { EventRecorder } from '../event/event-recorder.ts';
import { removeCredentials } from '../registration/credential-removal.ts';
import type { Storage } from '../storage/storage.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';

const CredentialAnswer = z.object({
  kind: z.enum(['totp', 'recovery_code', 'passkey', 'certificate']),
  created_at: z.string(),
  last_used_at: z.string().optional(),
  label: z.string().optional(),
});

const ByUsername = z.object({ username: z.string() });
const tag = 'users';

/** `/users/{username}/credentials`: what a person proves who they are with, beside the password. */
export function credentialRoutes(
  { users, credentials }: Pick<Storage, 'users' | 'credentials'>,
  events: EventRecorder,
): readonly AdminRoute[] {
  const userNamed = async (username: string) => {
    const user = await users.findByUsername(username);
    if (!user) throw new NotFound(`no account has the username ${JSON.stringify(username)}`);
    return user;
  };
  return [
    adminRoute({
      method: 'GET',
      path: '/users/{username}/credentials',
      summary: 'List the second factors and personal certificates of an account',
      tag,
      scope: 'admin:read',
      params: ByUsername,
      response: z.object({ items: z.array(CredentialAnswer) }),
      handle: async ({ params }) => {
        const { sub } = await userNamed(params.username);
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
            created_at: new Date(created_at).toISOString(),
            ...(last_used_at !== undefined && { last_used_at: new Date(last_used_at).toISOString() }),
            ...(label !== undefined && { label }),
          };
        });
        return { items };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/users/{username}/credentials',
      summary: 'Remove all second factors and personal certificates: for someone who lost them',
      tag,
      scope: 'admin:users',
      params: ByUsername,
      response: z.object({ removed: z.number() }),
      handle: async ({ params, administrator }) => ({
        removed: await removeCredentials(
          credentials,
          events,
          await userNamed(params.username),
          administrator,
        ),
      }),
    }),
  ];
}
