import { timeText } from '@countersign/x509';
import { changesBetween } from '../event/changes.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventType } from '../event/event-types.ts';
import { type ChangeContext, commitChange, tryChange } from '../storage/commit-change.ts';
import type { User } from '../user/user.ts';
import type { OpenSignInLink, SignInLinks } from '../user-authentication/sign-in-link.ts';
import { InvalidAccount } from './account-changing.ts';
import type { Actor } from './actor.ts';

/** How long a sign-in link may be good for, in seconds. */
export const SIGN_IN_LINK_LIFETIME = { least: 60, usual: 3600, most: 86_400 } as const;

/** A sign-in link as it is given to the person who made it, once. */
export type MadeSignInLink = { readonly sign_in_link: string; readonly expires_at: number };

/** Makes sign-in links for accounts, and ends them; each is one event. */
export type SignInLinkMaking = {
  /**
   * Makes the link of an account, in place of the one before. It is bound to the account as it is given.
   * @param lifetime in seconds, within {@link SIGN_IN_LINK_LIFETIME}
   * @throws InvalidAccount for one that is disabled, or another lifetime
   */
  make(user: User, lifetime: number, by: Actor): Promise<MadeSignInLink>;
  /** @returns false where there is none that is good */
  end(user: User, by: Actor): Promise<boolean>;
};

/** @param linkOf the address at which a secret signs in */
export function createSignInLinkMaking(
  context: ChangeContext,
  links: Pick<SignInLinks, 'making' | 'open' | 'ending'>,
  linkOf: (secret: string) => string,
): SignInLinkMaking {
  const until = (link: OpenSignInLink | undefined) => ({
    sign_in_link_until: link && timeText(link.expires_at),
  });
  const told = (
    type: EventType,
    { sub, username }: User,
    by: Actor,
    before: OpenSignInLink | undefined,
    after: OpenSignInLink | undefined,
  ): EventDraft => ({
    type,
    outcome: 'success',
    username,
    actor: by,
    object: { kind: 'user', id: sub },
    changes: changesBetween(until(before), until(after)),
    detail: { sub, ...(after && { expires_at: timeText(after.expires_at) }) },
  });

  return {
    async make(user, lifetime, by) {
      const { least, most } = SIGN_IN_LINK_LIFETIME;
      if (!user.enabled) {
        throw new InvalidAccount(`${user.username} is disabled: enable the account, then make the link`);
      }
      if (!Number.isInteger(lifetime) || lifetime < least || lifetime > most) {
        throw new InvalidAccount(`a sign-in link is good for ${least} to ${most} seconds`);
      }
      const before = await links.open(user);
      const link = links.making(user, by.name, lifetime * 1000);
      await commitChange(context, link.steps, told('user.sign_in_link_made', user, by, before, link));
      return { sign_in_link: linkOf(link.secret), expires_at: link.expires_at };
    },

    async end(user, by) {
      const ending = await links.ending(user);
      if (!ending) return false;
      const event = told('user.sign_in_link_ended', user, by, ending, undefined);
      return (await tryChange(context, ending.steps, event)).outcome === 'committed';
    },
  };
}
