import { z } from 'zod';
import { certificateForPlugIn } from '../client-authentication/plug-in.ts';
import { PlugInUnavailable } from '../plug-in-process/hosted-plug-in.ts';
import type { GrantRequestData } from '../plug-in-process/messages.ts';
import {
  accessDenied,
  invalidGrant,
  invalidRequest,
  plugInUnavailable,
  type RefusalOfCode,
} from '../refusal/error-codes.ts';
import type { UserStore } from '../storage/storage.ts';
import { confirmationFor } from '../token/confirmation.ts';
import { AdministratorPower } from '../user/administrator-power.ts';
import type { User } from '../user/user.ts';
import { refuseHeld } from '../user-authentication/held-account.ts';
import type { TokenGrant } from './grant.ts';
import { type PersonGrantContext, personGrant } from './person-grant.ts';
import { requestedTarget } from './resource.ts';
import { grantedScope, isClientScope } from './scope.ts';
import type { TokenForm } from './token-form.ts';

/** By the error that a plug-in may name. */
const REFUSALS: Readonly<Record<'invalid_grant' | 'invalid_request' | 'access_denied', RefusalOfCode>> = {
  invalid_grant: invalidGrant,
  invalid_request: invalidRequest,
  access_denied: accessDenied,
};

const Verdict = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('granted'),
    username: z.string().min(1).optional(),
    scope: z.string().optional(),
    /** Tokens live for whole seconds (RFC 6749 §5.1). */
    lifetime: z.number().positive().transform(Math.ceil).optional(),
  }),
  z.object({
    outcome: z.literal('refused'),
    reason: z.string(),
    error: z.enum(['invalid_grant', 'invalid_request', 'access_denied']).default('invalid_grant'),
  }),
]);

const CREDENTIALS = new Set(['client_secret', 'client_assertion']);

/** A loaded plug-in, whose answers are anything until they are judged. */
export type LoadedGrant = {
  readonly grant_type: string;
  plan(request: GrantRequestData): unknown;
};

/** What a plug-in may see of a request. */
const parametersOf = (form: TokenForm): Readonly<Record<string, string>> =>
  Object.fromEntries(
    form
      .names()
      .filter((name) => !CREDENTIALS.has(name))
      .map((name) => [name, form.require(name)]),
  );

/**
 * Makes a loaded plug-in a grant type. Whatever it throws, answers wrongly or leaves unanswered refuses that one
 * request; what it grants stays within the client's registration, and the token is bound like any other.
 */
export function plugInGrant(
  plugIn: LoadedGrant,
  users: Pick<UserStore, 'findByUsername'>,
  context: PersonGrantContext,
): TokenGrant {
  const { grant_type } = plugIn;

  const personOf = async (username: string, client_id: string): Promise<User> => {
    const user = await users.findByUsername(username);
    if (user?.enabled) {
      refuseHeld(user);
      return user;
    }
    throw invalidGrant('The grant is not valid.', user ? 'user_disabled' : 'user_unknown', {
      client_id,
      username,
      grant_type,
    });
  };

  return {
    grant_type,
    async plan({ form, client, issuer, resources, remote_address, now }) {
      const { known, certificate } = client;
      const { client_id } = known.client;
      let verdict: z.infer<typeof Verdict>;
      try {
        verdict = Verdict.parse(
          await plugIn.plan({
            client_id,
            parameters: parametersOf(form),
            certificate: certificate && certificateForPlugIn(certificate),
            remote_address,
          }),
        );
      } catch (error) {
        if (error instanceof PlugInUnavailable) throw plugInUnavailable({ client_id, grant_type }, error);
        throw invalidGrant('The grant cannot be judged.', 'grant_plug_in_failed', {
          client_id,
          grant_type,
          error: error instanceof Error ? error.message : String(error),
        });
      }
      if (verdict.outcome === 'refused') {
        throw REFUSALS[verdict.error]('The grant is not valid.', 'grant_plug_in_refused', {
          client_id,
          grant_type,
          reason: verdict.reason,
        });
      }
      const { username, lifetime } = verdict;
      const user = username === undefined ? undefined : await personOf(username, client_id);
      const administers = user && AdministratorPower.ofRoles(user);
      const scope = grantedScope(verdict.scope ?? form.get('scope'), known, {
        allowed: (candidate) => administers?.mayHave(candidate) ?? isClientScope(candidate),
        resources,
      });
      const cnf = confirmationFor(client);
      const target = requestedTarget({ requested: form.getAll('resource'), scope }, known, issuer, resources);
      return {
        client_id,
        sub: user?.sub ?? client_id,
        ...target,
        ...(user && personGrant(context, known, user.sub, target, now, lifetime)),
        ...(lifetime !== undefined && { not_after: now + lifetime * 1000 }),
        ...(cnf && { cnf }),
      };
    },
  };
}
