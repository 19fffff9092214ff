import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { EphemeralStore, UserStore } from '../../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken, isOpaqueToken } from '../../token/opaque-token.ts';
import type { Step } from '../../unit-of-work.ts';
import type { User } from '../../user/user.ts';
import {
  AUTHENTICATION_METHODS,
  type AuthenticationMethod,
} from '../../user-authentication/authentication-context.ts';
import { hostCookie } from '../../user-authentication/cookie.ts';
import { type Interaction, interactionId } from './interaction.ts';

/**
 * A sign-in that something is still to come of: after the password a second factor, and after everything else what the
 * account requires, such as another password.
 */
export type PendingSignIn = {
  readonly id: string;
  readonly user: User;
  /** How the person proved who they are. */
  readonly amr: readonly AuthenticationMethod[];
};

const STAGES = ['second-factor', 'new-password', 'authenticator', 'recovery-codes', 'email'] as const;
export type Stage = (typeof STAGES)[number];

/** Sign-ins on their way, each in one browser and for one purpose: a browser with several tabs may have several. */
export type PendingSignIns = {
  open(
    http: FastifyRequest,
    reply: FastifyReply,
    user: User,
    interaction: Interaction,
    at: { readonly stage: Stage; readonly amr: readonly AuthenticationMethod[] },
  ): Promise<PendingSignIn>;
  /**
   * @returns undefined when there is none in this browser for this purpose at this stage, it took too long, or the
   * person's password was changed meanwhile
   */
  find(http: FastifyRequest, interaction: Interaction, stage: Stage): Promise<PendingSignIn | undefined>;
  /** Takes one that ended in a unit of work out of the cookie. */
  forget(http: FastifyRequest, reply: FastifyReply, pending: PendingSignIn): void;
  /** What ends it in a unit of work; refused where it ended before. */
  ending(pending: PendingSignIn): Step;
  /** Ends it. @returns true for one caller, who may start the session */
  finish(http: FastifyRequest, reply: FastifyReply, pending: PendingSignIn): Promise<boolean>;
};

const COOKIE = hostCookie('countersign-sign-in');
/** Of one browser: whoever begins more has forgotten the first. */
const MOST = 8;
const KIND = 'pending-sign-in';
const LIFETIME_MS = 300_000;
const Pending = z.object({
  sub: z.string(),
  interaction: z.string(),
  stage: z.enum(STAGES),
  amr: z.array(z.enum(AUTHENTICATION_METHODS)),
  /** SHA-256 of the password's hash. */
  password: z.string(),
});

const fingerprintOf = ({ password_hash }: User): string =>
  createHash('sha256').update(password_hash).digest('base64url');

/** The secrets of sign-ins that a browser has under way, the newest first. */
const secretsOf = ({ headers: { cookie } }: FastifyRequest): readonly string[] =>
  (COOKIE.read(cookie) ?? '').split('~').filter(isOpaqueToken).slice(0, MOST);

export function createPendingSignIns(
  ephemerals: EphemeralStore,
  users: UserStore,
  clock: Clock,
): PendingSignIns {
  const found = async (
    secret: string,
    interaction: Interaction,
    stage: Stage,
  ): Promise<PendingSignIn | undefined> => {
    const id = hashOpaqueToken(secret);
    const value = await ephemerals.get(KIND, id, clock());
    if (!value) return undefined;
    // One of another version was begun for nothing.
    const { success, data: pending } = Pending.safeParse(value);
    if (!success || pending.stage !== stage || pending.interaction !== interactionId(interaction))
      return undefined;
    const user = await users.find(pending.sub);
    if (!user?.enabled || fingerprintOf(user) !== pending.password) return undefined;
    return { id, user, amr: pending.amr };
  };

  const forget: PendingSignIns['forget'] = (http, reply, { id }) => {
    const others = secretsOf(http).filter((secret) => hashOpaqueToken(secret) !== id);
    if (others.length > 0) COOKIE.set(reply, others.join('~'));
    else COOKIE.clear(reply);
  };

  return {
    async open(http, reply, user, interaction, { stage, amr }) {
      const secret = generateOpaqueToken();
      const value: z.infer<typeof Pending> = {
        sub: user.sub,
        interaction: interactionId(interaction),
        stage,
        amr: [...amr],
        password: fingerprintOf(user),
      };
      const id = hashOpaqueToken(secret);
      await ephemerals.put(KIND, id, value, clock() + LIFETIME_MS);
      COOKIE.set(reply, [secret, ...secretsOf(http)].slice(0, MOST).join('~'));
      return { id, user, amr };
    },

    async find(http, interaction, stage) {
      for (const secret of secretsOf(http)) {
        const pending = await found(secret, interaction, stage);
        if (pending) return pending;
      }
      return undefined;
    },

    forget,
    ending: ({ id }) => ephemerals.steps.take(KIND, id, clock()),

    async finish(http, reply, pending) {
      forget(http, reply, pending);
      return (await ephemerals.take(KIND, pending.id, clock())) !== undefined;
    },
  };
}
