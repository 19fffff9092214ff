import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { EphemeralStore, UserStore } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken, isOpaqueToken } from '../token/opaque-token.ts';
import type { Step } from '../unit-of-work.ts';
import { requiring } from '../user/required-action.ts';
import type { User } from '../user/user.ts';

/** Where the link of a person stands; the secret in it is known to nobody but whoever has the link. */
export type OpenSignInLink = {
  /** The name of the administrator who made it. */
  readonly made_by: string;
  /** Milliseconds since the epoch. */
  readonly made_at: number;
  readonly expires_at: number;
};

/** A link about to be made, and what writes it. */
export type NewSignInLink = OpenSignInLink & {
  /** What the link carries; it is shown once. */
  readonly secret: string;
  readonly steps: readonly Step[];
};

/** A link that was presented and is good. */
export type PresentedSignInLink = {
  /** base64url SHA-256 of its secret. */
  readonly id: string;
  readonly user: User;
  /**
   * Uses it up: of any number of units one is committed, and none where the account or its link changed meanwhile.
   * @returns the account as it is then, which must choose a new password, and what writes that
   */
  using(): { readonly user: User; readonly steps: readonly Step[] };
};

/** Why a link is none. */
export type SignInLinkOver =
  | 'unknown, used, ended or past its time'
  | 'another link was made since'
  | 'the account was changed since'
  | 'the account is disabled';

/**
 * Links that sign a person in once, for those who cannot any more: as good as a password that an administrator sets, and
 * bound like one. An account has one at most. It is good while the account is exactly as it was when the link was made, so
 * that a new password, another role, another e-mail address or being disabled ends it.
 */
export type SignInLinks = {
  /** @param lifetimeMs in milliseconds */
  making(user: User, made_by: string, lifetimeMs: number): NewSignInLink;
  /** The link of an account that is good still. */
  open(user: User): Promise<OpenSignInLink | undefined>;
  /** What ends the link of an account before it is used; undefined where there is none. */
  ending(user: User): Promise<(OpenSignInLink & { readonly steps: readonly Step[] }) | undefined>;
  /** Looks up a secret, without using the link up. @returns why it is none, with whose it was where that is known */
  find(
    secret: string,
  ): Promise<PresentedSignInLink | { readonly over: SignInLinkOver; readonly username?: string }>;
};

/** By the hash of its secret: whose it is. */
const BY_SECRET = 'sign-in-link';
/** By `sub`: the one link that counts. */
const OF_ACCOUNT = 'sign-in-link-of';

const Owned = z.object({ sub: z.string() });
const Link = z.object({
  id: z.string(),
  /** Of the account, when the link was made. */
  revision: z.int(),
  made_by: z.string(),
  made_at: z.number(),
  expires_at: z.number(),
});

/** Makes the keeper of sign-in links; what is stored is the SHA-256 of their secrets. */
export function createSignInLinks(
  {
    ephemerals,
    users,
  }: {
    readonly ephemerals: Pick<EphemeralStore, 'get' | 'steps'>;
    readonly users: Pick<UserStore, 'find' | 'steps'>;
  },
  clock: Clock,
): SignInLinks {
  const { steps } = ephemerals;

  /** As it is stored, to be taken as it was read, and as it is understood. */
  const stored = async (sub: string) => {
    const raw = await ephemerals.get(OF_ACCOUNT, sub, clock());
    const { success, data: link } = Link.safeParse(raw);
    return raw && success ? { raw, link } : undefined;
  };

  const open = async (user: User) => {
    const found = await stored(user.sub);
    return found?.link.revision === user.revision && user.enabled ? found : undefined;
  };

  const shown = ({ made_by, made_at, expires_at }: z.infer<typeof Link>): OpenSignInLink => ({
    made_by,
    made_at,
    expires_at,
  });

  return {
    making({ sub, revision }, made_by, lifetimeMs) {
      const secret = generateOpaqueToken();
      const id = hashOpaqueToken(secret);
      const made_at = clock();
      const expires_at = made_at + lifetimeMs;
      const link: z.infer<typeof Link> = { id, revision, made_by, made_at, expires_at };
      return {
        ...shown(link),
        secret,
        steps: [
          steps.put(BY_SECRET, id, { sub }, expires_at),
          // In place of the one before, which ends by it.
          steps.put(OF_ACCOUNT, sub, link, expires_at),
        ],
      };
    },

    async open(user) {
      const found = await open(user);
      return found && shown(found.link);
    },

    async ending(user) {
      const found = await open(user);
      return (
        found && { ...shown(found.link), steps: [steps.takeRead(OF_ACCOUNT, user.sub, found.raw, clock())] }
      );
    },

    async find(secret) {
      const unknown = { over: 'unknown, used, ended or past its time' } as const;
      if (!isOpaqueToken(secret)) return unknown;
      const id = hashOpaqueToken(secret);
      const { success, data: owned } = Owned.safeParse(await ephemerals.get(BY_SECRET, id, clock()));
      if (!success) return unknown;
      const { sub } = owned;
      const [found, user] = [await stored(sub), await users.find(sub)];
      if (!found || !user) return unknown;
      const { username, revision } = user;
      if (found.link.id !== id) return { over: 'another link was made since', username };
      if (!user.enabled) return { over: 'the account is disabled', username };
      if (found.link.revision !== revision) return { over: 'the account was changed since', username };
      return {
        id,
        user,
        using() {
          const { required_actions = [], ...rest } = user;
          const after: User = {
            ...rest,
            ...requiring(['update_password', ...required_actions]),
            revision: revision + 1,
          };
          const now = clock();
          return {
            user: after,
            steps: [
              steps.takeRead(OF_ACCOUNT, sub, found.raw, now),
              steps.take(BY_SECRET, id, now),
              ...users.steps.update(after),
            ],
          };
        },
      };
    },
  };
}
