import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { EphemeralStore, UserStore } from '../../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken, isOpaqueToken } from '../../token/opaque-token.ts';
import type { User } from '../../user/user.ts';
import { hostCookie } from '../../user-authentication/cookie.ts';
import { type Interaction, interactionId } from './interaction.ts';

/** A sign-in whose password was right and whose second factor is still to come. */
export type PendingSignIn = { readonly id: string; readonly user: User };

/** Sign-ins between password and second factor, each in one browser and for one purpose. */
export type PendingSignIns = {
  open(reply: FastifyReply, user: User, interaction: Interaction): Promise<void>;
  /** @returns undefined when there is none in this browser for this purpose, or it took too long */
  find(http: FastifyRequest, interaction: Interaction): Promise<PendingSignIn | undefined>;
  /** Ends it. @returns true for one caller, who may start the session */
  finish(reply: FastifyReply, pending: PendingSignIn): Promise<boolean>;
};

const COOKIE = hostCookie('countersign-sign-in');
const KIND = 'pending-sign-in';
const LIFETIME_MS = 300_000;
const Pending = z.object({ sub: z.string(), interaction: z.string() });

export function createPendingSignIns(
  ephemerals: EphemeralStore,
  users: UserStore,
  clock: Clock,
): PendingSignIns {
  return {
    async open(reply, user, interaction) {
      const secret = generateOpaqueToken();
      const value = { sub: user.sub, interaction: interactionId(interaction) };
      await ephemerals.put(KIND, hashOpaqueToken(secret), value, clock() + LIFETIME_MS);
      COOKIE.set(reply, secret);
    },

    async find(http, interaction) {
      const secret = COOKIE.read(http.headers.cookie);
      if (secret === undefined || !isOpaqueToken(secret)) return undefined;
      const id = hashOpaqueToken(secret);
      const found = await ephemerals.get(KIND, id, clock());
      if (!found) return undefined;
      const pending = Pending.parse(found);
      const user = await users.find(pending.sub);
      if (!user?.enabled || pending.interaction !== interactionId(interaction)) return undefined;
      return { id, user };
    },

    async finish(reply, { id }) {
      COOKIE.clear(reply);
      return (await ephemerals.take(KIND, id, clock())) !== undefined;
    },
  };
}
