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
 * A sign-in that something is still to come of: after the password a second factor, or, where the password is temporary,
 * after everything else another password.
 */
export type PendingSignIn = {
  readonly id: string;
  readonly user: User;
  /** How the person proved who they are. */
  readonly amr: readonly AuthenticationMethod[];
};

type Stage = 'second-factor' | 'new-password';

/** Sign-ins on their way, each in one browser and for one purpose. */
export type PendingSignIns = {
  open(
    reply: FastifyReply,
    user: User,
    interaction: Interaction,
    at: { readonly stage: Stage; readonly amr: readonly AuthenticationMethod[] },
  ): Promise<void>;
  /**
   * @returns undefined when there is none in this browser for this purpose at this stage, it took too long, or the
   * person's password was changed meanwhile
   */
  find(http: FastifyRequest, interaction: Interaction, stage: Stage): Promise<PendingSignIn | undefined>;
  /** Removes the cookie of one that ended in a unit of work. */
  forget(reply: FastifyReply): void;
  /** What ends it in a unit of work; refused where it ended before. */
  ending(pending: PendingSignIn): Step;
  /** Ends it. @returns true for one caller, who may start the session */
  finish(reply: FastifyReply, pending: PendingSignIn): Promise<boolean>;
};

const COOKIE = hostCookie('countersign-sign-in');
const KIND = 'pending-sign-in';
const LIFETIME_MS = 300_000;
const Pending = z.object({
  sub: z.string(),
  interaction: z.string(),
  stage: z.enum(['second-factor', 'new-password']),
  amr: z.array(z.enum(AUTHENTICATION_METHODS)),
  /** SHA-256 of the password's hash. */
  password: z.string(),
});

const fingerprintOf = ({ password_hash }: User): string =>
  createHash('sha256').update(password_hash).digest('base64url');

export function createPendingSignIns(
  ephemerals: EphemeralStore,
  users: UserStore,
  clock: Clock,
): PendingSignIns {
  return {
    async open(reply, user, interaction, { stage, amr }) {
      const secret = generateOpaqueToken();
      const value: z.infer<typeof Pending> = {
        sub: user.sub,
        interaction: interactionId(interaction),
        stage,
        amr: [...amr],
        password: fingerprintOf(user),
      };
      await ephemerals.put(KIND, hashOpaqueToken(secret), value, clock() + LIFETIME_MS);
      COOKIE.set(reply, secret);
    },

    async find(http, interaction, stage) {
      const secret = COOKIE.read(http.headers.cookie);
      if (secret === undefined || !isOpaqueToken(secret)) return undefined;
      const id = hashOpaqueToken(secret);
      const found = await ephemerals.get(KIND, id, clock());
      if (!found) return undefined;
      // One of another version was begun for nothing.
      const { success, data: pending } = Pending.safeParse(found);
      if (!success || pending.stage !== stage || pending.interaction !== interactionId(interaction))
        return undefined;
      const user = await users.find(pending.sub);
      if (!user?.enabled || fingerprintOf(user) !== pending.password) return undefined;
      return { id, user, amr: pending.amr };
    },

    forget: COOKIE.clear,
    ending: ({ id }) => ephemerals.steps.take(KIND, id, clock()),

    async finish(reply, { id }) {
      COOKIE.clear(reply);
      return (await ephemerals.take(KIND, id, clock())) !== undefined;
    },
  };
}
