import { CLIENT_SIGNING_ALGORITHMS } from '../../client/client-signing-algorithms.ts';
import type { AuthenticatedClient } from '../../client-authentication/client-authenticator.ts';
import type { Clock } from '../../clock.ts';
import { isVisible } from '../../event/printable.ts';
import { CIBA } from '../../grant/deferred-authorization.ts';
import type { ProtectedResource } from '../../grant/resource.ts';
import type { TokenForm } from '../../grant/token-form.ts';
import {
  accessDenied,
  invalidBindingMessage,
  invalidRequest,
  invalidScope,
  unknownUserId,
} from '../../refusal/error-codes.ts';
import type { DeferredAuthorizationStore, UserStore } from '../../storage/storage.ts';
import { readIdTokenHint } from '../../token/id-token.ts';
import type { KeyRing } from '../../token/key-ring.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../../token/opaque-token.ts';
import type { User } from '../../user/user.ts';
import type { ClientForms } from '../client-form.ts';
import type { Endpoint } from '../endpoint.ts';
import {
  answerRefusals,
  neverStored,
  type RefusalContext,
  readFormBodies,
  refuseOtherMethods,
} from '../oauth-replies.ts';
import { REQUEST_RULES } from '../request-rules.ts';
import type { ReadSignedRequest } from '../signed-request.ts';
import { backchannelRequest } from './backchannel-request.ts';
import type { Pings } from './ping.ts';

export type BackchannelAuthorizeOptions = RefusalContext & {
  readonly issuer: string;
  readonly clientForms: ClientForms;
  readonly readSignedRequest: ReadSignedRequest;
  readonly keyRing: KeyRing;
  /** 32 bytes, `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
  readonly users: UserStore;
  readonly deferredAuthorizations: DeferredAuthorizationStore;
  readonly pings: Pings;
  readonly clock: Clock;
  /** `[oauth]` of now; seconds. */
  readonly rules: () => {
    readonly backchannel_authentication_lifetime: number;
    readonly polling_interval: number;
  };
  /** `[[resource]]` of now. */
  readonly resources: () => readonly ProtectedResource[];
};

const PATH = '/oauth2/bc-authorize';
const requestRules = REQUEST_RULES.backchannel_authentication;
const LONGEST_BINDING_MESSAGE = 100;
const LONGEST_NOTIFICATION_TOKEN = 1024;
/** Requests that may wait for one person: more would tire them into approving (CIBA §14). */
const MOST_PENDING = 10;

/** What a person compares on both devices (CIBA §7.1). */
function bindingMessage(form: TokenForm): string | undefined {
  const message = form.get('binding_message');
  if (message === undefined) return undefined;
  if (message.length <= LONGEST_BINDING_MESSAGE && isVisible(message)) return message;
  throw invalidBindingMessage('The binding_message cannot be shown.', 'parameter_invalid', {
    expected: `at most ${LONGEST_BINDING_MESSAGE} visible characters`,
    presented: message.slice(0, 200),
  });
}

function lifetimeOf(form: TokenForm, most: number): number {
  const requested = form.get('requested_expiry');
  if (requested === undefined) return most;
  if (/^[1-9]\d{0,8}$/.test(requested)) return Math.min(Number(requested), most);
  throw invalidRequest('requested_expiry is not a number of seconds.', 'parameter_invalid', {
    parameter: 'requested_expiry',
    presented: requested.slice(0, 50),
  });
}

/** The bearer token of the notification, which a `ping` client must send (CIBA §7.1). */
function notificationToken(form: TokenForm, { known }: AuthenticatedClient): string | undefined {
  if (known.client.metadata.backchannel_token_delivery_mode !== 'ping') return undefined;
  const token = form.require('client_notification_token');
  if (token.length <= LONGEST_NOTIFICATION_TOKEN && /^[A-Za-z0-9._~+/-]+=*$/.test(token)) return token;
  throw invalidRequest('client_notification_token is malformed.', 'parameter_invalid', {
    parameter: 'client_notification_token',
    expected: `a bearer token of at most ${LONGEST_NOTIFICATION_TOKEN} characters (CIBA §7.1)`,
  });
}

/**
 * The backchannel authentication endpoint (CIBA §7): a client asks for a person by name, who approves on a page of
 * their own. Poll and ping; user codes and `login_hint_token` are refused.
 */
export function backchannelAuthorizeEndpoint(options: BackchannelAuthorizeOptions): Endpoint {
  const { issuer, clock, clientForms, keyRing, encryptionKey, users, deferredAuthorizations, pings } =
    options;
  const { readSignedRequest, events, rules, resources } = options;

  const hintedUser = async (form: TokenForm, client_id: string): Promise<User> => {
    const hints = ['login_hint', 'id_token_hint', 'login_hint_token'] as const;
    const sent = hints.filter((name) => form.get(name) !== undefined);
    const [hint] = sent;
    if (hint === undefined || sent.length > 1 || hint === 'login_hint_token') {
      throw invalidRequest('One of login_hint and id_token_hint is needed.', 'parameter_invalid', {
        client_id,
        expected: 'exactly one of login_hint, id_token_hint (CIBA §7.1)',
        presented: sent,
      });
    }
    const value = form.require(hint);
    const unknown = (evidence: object) =>
      unknownUserId('No such person is known.', 'user_unknown', { client_id, ...evidence });
    if (hint === 'id_token_hint') {
      const token = await readIdTokenHint(value, issuer, keyRing, encryptionKey);
      if (!token?.aud.includes(client_id)) throw unknown({ presented: 'no ID token of this client' });
      const user = await users.find(token.sub);
      if (!user?.enabled) throw unknown({ sub: token.sub });
      return user;
    }
    const user = await users.findByUsername(value.slice(0, 500));
    if (!user?.enabled) throw unknown({ username: value.slice(0, 200) });
    return user;
  };

  const checkSpare = async ({ sub, username }: User, client_id: string, now: number) => {
    const waiting = await deferredAuthorizations.listPending(sub, now);
    if (waiting.length < MOST_PENDING) return;
    throw accessDenied(
      'Too many requests wait for this person.',
      'approvals_limited',
      { client_id, username, expected: `fewer than ${MOST_PENDING}`, presented: waiting.length },
      403,
    );
  };

  return {
    metadata: {
      backchannel_authentication_endpoint: `${issuer}${PATH}`,
      backchannel_token_delivery_modes_supported: ['poll', 'ping'],
      backchannel_user_code_parameter_supported: false,
      backchannel_authentication_request_signing_alg_values_supported: [...CLIENT_SIGNING_ALGORITHMS],
    },
    register(root) {
      root.register(async (app) => {
        readFormBodies(app);
        answerRefusals(app, 'backchannel.refused', options);
        refuseOtherMethods(app, PATH, ['POST']);
        app.post<{ Body: string | undefined }>(PATH, async (request, reply) => {
          const { form: sent, client } = await clientForms.read(request, `${issuer}${PATH}`);
          requestRules.confidential(client);
          requestRules.registered_for(CIBA, client);
          requestRules.supported(sent);
          const form = await backchannelRequest(sent, client.known, readSignedRequest);
          requestRules.supported(form);
          const { client_id } = client.known.client;
          const granted = requestRules.scope(form.require('scope'), client.known, {
            allowed: () => true,
            unasked: 'nothing',
            resources: resources(),
          });
          const scope = `${granted}`;
          if (!granted.has('openid')) {
            throw invalidScope('The scope openid is needed (CIBA §7.1).', 'scope_malformed', {
              client_id,
              expected: 'openid',
              presented: scope,
            });
          }
          const binding_message = bindingMessage(form);
          const client_notification_token = notificationToken(form, client);
          const resource = requestRules.resource(form.getAll('resource'), client.known, resources());
          const acr_values = (form.get('acr_values') ?? '').split(' ').filter(Boolean);
          const user = await hintedUser(form, client_id);
          const now = clock();
          await checkSpare(user, client_id, now);
          const { backchannel_authentication_lifetime: most, polling_interval: interval } = rules();
          const expires_in = lifetimeOf(form, most);
          const auth_req_id = generateOpaqueToken();
          const authorization_sha256 = hashOpaqueToken(auth_req_id);
          await deferredAuthorizations.insert({
            authorization_sha256,
            kind: 'backchannel',
            client_id,
            scope,
            ...(resource.length > 0 && { resource }),
            sub: user.sub,
            state: 'pending',
            ...(binding_message !== undefined && { binding_message }),
            ...(acr_values.length > 0 && { acr_values }),
            ...(client_notification_token !== undefined && {
              sealed_notification: pings.seal(
                { auth_req_id, client_notification_token },
                authorization_sha256,
              ),
            }),
            interval,
            created_at: now,
            expires_at: now + expires_in * 1000,
          });
          events.record({
            type: 'backchannel.begun',
            outcome: 'success',
            client_id,
            username: user.username,
            remote_address: request.origin.remote_address,
            detail: { scope, ...(binding_message !== undefined && { binding_message }) },
          });
          neverStored(reply);
          return { auth_req_id, expires_in, interval };
        });
      });
    },
  };
}
