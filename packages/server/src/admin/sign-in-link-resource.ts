import { z } from 'zod';
import { SIGN_IN_LINK_LIFETIME, type SignInLinkMaking } from '../registration/sign-in-link-making.ts';
import type { UserStore } from '../storage/storage.ts';
import { ByUsername, userNamed } from './of-person.ts';
import { refuseOverAdministrators } from './over-administrators.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

export const MadeSignInLinkAnswer = z
  .object({
    username: z.string(),
    sign_in_link: z
      .string()
      .describe('Signs the person in once, after which they choose a new password. It is shown this once.'),
    expires_at: Timestamp,
  })
  .meta({ id: 'MadeSignInLink' });

const { least, usual, most } = SIGN_IN_LINK_LIFETIME;
const NewSignInLink = z
  .strictObject({
    lifetime: z.int().min(least).max(most).default(usual).describe('Seconds it is good for.'),
  })
  .meta({ id: 'NewSignInLink' });

const tag = 'users';

/** `/users/{username}/sign-in-link`: the way in, once, for somebody who has no other any more. */
export function signInLinkRoutes(users: UserStore, making: SignInLinkMaking): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'POST',
      path: '/users/{username}/sign-in-link',
      summary:
        'Make a link that signs a person in once and has them choose a new password, in place of the one before; the answer shows it, once. Any change of the account ends it',
      tag,
      area: 'people',
      access: 'write',
      params: ByUsername,
      body: NewSignInLink,
      response: MadeSignInLinkAnswer,
      status: 201,
      handle: async ({ params, body, administrator }) => {
        const user = await userNamed(users, params.username);
        // The link is bound to the account as it was judged here: a role given later ends it.
        refuseOverAdministrators(administrator, user);
        const { sign_in_link, expires_at } = await making.make(user, body.lifetime, administrator);
        return { username: user.username, sign_in_link, expires_at: timestamp(expires_at) };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/users/{username}/sign-in-link',
      summary: 'End the sign-in link of a person before it is used',
      tag,
      area: 'people',
      access: 'write',
      params: ByUsername,
      handle: async ({ params, administrator }) => {
        const user = await userNamed(users, params.username);
        refuseOverAdministrators(administrator, user);
        if (await making.end(user, administrator)) return;
        throw new NotFound(`${user.username} has no sign-in link`);
      },
    }),
  ];
}
