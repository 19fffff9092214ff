import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { RESPONSE_MODES, type ResponseMode } from '../../client/client-metadata.ts';
import { clauseOf } from '../../client/profile.ts';
import { isFrontChannel, type ResponseType } from '../../client/response-type.ts';
import type { ClientDirectory, KnownClient } from '../../client-authentication/client-directory.ts';
import type { EncryptResponse } from '../../client-authentication/response-encryption.ts';
import type { Clock } from '../../clock.ts';
import { ownMember } from '../../own-member.ts';
import { invalidRequest } from '../../refusal/error-codes.ts';
import { Refusal } from '../../refusal/refusal.ts';
import { clientSigner } from '../../token/client-signer.ts';
import type { KeyRing } from '../../token/key-ring.ts';
import type { Parameters } from './parameters.ts';

export const isResponseMode = (value: string): value is ResponseMode =>
  RESPONSE_MODES.some((known) => known === value);

/** Where an answer goes. */
export type ResponseTarget = {
  readonly redirect_uri: string;
  readonly response_mode: ResponseMode;
  readonly state?: string;
};

/** What the client is told; `state` and `iss` are added. */
export type AuthorizationResponse =
  | { readonly code: string; readonly id_token?: string }
  | { readonly error: string; readonly error_description: string };

/** What must not bring an ID token: addresses are written down in many places (Multiple Response Types §5, JARM §2.3.1). */
const isQuery = (mode: ResponseMode): boolean => mode === 'query' || mode === 'query.jwt';

/** What a mode comes to: `jwt` is the default of the response type (JARM §2.3.4). */
const carried = (mode: ResponseMode, response_type: string): ResponseMode =>
  mode === 'jwt' && isFrontChannel(response_type) ? 'fragment.jwt' : mode;

/** How a client is answered that did not say how. */
function usualMode({ client: { metadata } }: KnownClient, response_type: string): ResponseMode {
  const isFragment = isFrontChannel(response_type);
  const [first] = (metadata.response_modes ?? []).filter((mode) => !isFragment || !isQuery(mode));
  return first ?? (isFragment ? 'fragment' : 'query');
}

/**
 * The mode a client asks for, if it may have it.
 * @throws Refusal
 */
export function responseModeOf(
  parameters: Parameters,
  response_type: ResponseType,
  known: KnownClient,
): ResponseMode {
  const { client_id, metadata } = known.client;
  const asked = parameters.get('response_mode');
  const clause = clauseOf(metadata, 'jwt_response');
  // The ID token of the hybrid flow is the signature of its answer (FAPI 1.0 Advanced §5.2.2.1).
  if (clause !== undefined && response_type === 'code' && !asked?.endsWith('jwt')) {
    throw invalidRequest('The response must be signed: response_mode jwt.', 'profile_rule_broken', {
      client_id,
      clause,
      expected: 'response_mode jwt',
      presented: asked ?? 'none',
    });
  }
  const mode = asked ?? usualMode(known, response_type);
  const allowed = metadata.response_modes ?? RESPONSE_MODES;
  if (isFrontChannel(response_type) && isResponseMode(mode) && isQuery(mode)) {
    throw invalidRequest('This response_mode cannot bring an ID token.', 'response_mode_unsafe', {
      client_id,
      expected: allowed.filter((each) => !isQuery(each)),
      presented: mode,
    });
  }
  if (isResponseMode(mode) && allowed.includes(mode)) return carried(mode, response_type);
  throw invalidRequest('This response_mode is not supported.', 'parameter_unsupported', {
    client_id,
    expected: allowed,
    presented: mode,
  });
}

/** The target of an error in a request whose parameters may themselves be at fault: those are left out. */
export function errorTarget(
  redirect_uri: string,
  parameters: Parameters,
  known: KnownClient,
): ResponseTarget {
  const { metadata } = known.client;
  const readable = (name: 'state' | 'response_mode' | 'response_type' | 'request' | 'request_uri') => {
    try {
      return parameters.get(name);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  };
  const state = readable('state');
  const asked = readable('response_mode') ?? '';
  const response_type = readable('response_type') ?? metadata.response_types[0] ?? 'code';
  const isHybrid = isFrontChannel(response_type);
  const usable = isResponseMode(asked) && !(isHybrid && isQuery(asked));
  // What an object that is not believed asks for is not known: then it is what the client’s profile has it ask for.
  const isUnread = readable('request') !== undefined || readable('request_uri') !== undefined;
  const isSigned = isUnread && !isHybrid && clauseOf(metadata, 'jwt_response') !== undefined;
  const response_mode = usable ? asked : isSigned ? 'jwt' : usualMode(known, response_type);
  return {
    redirect_uri,
    response_mode: carried(response_mode, response_type),
    ...(state !== undefined && { state }),
  };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) =>
  text.replaceAll(/[&<>"']/g, (character) => ownMember(ESCAPES, character) ?? '');

const SUBMIT = 'document.forms[0].submit()';
const SUBMIT_SHA256 = createHash('sha256').update(SUBMIT).digest('base64');

/** Posts the answer by itself; without JavaScript the person presses the button. */
function formPostPage(redirect_uri: string, fields: readonly Field[]): string {
  const inputs = fields.map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Continue</title></head>
<body>
<form method="post" action="${escaped(redirect_uri)}">
${inputs.join('\n')}
<noscript><p>Press the button to return to the application.</p></noscript>
<button type="submit">Continue</button>
</form>
<script>${SUBMIT}</script>
</body>
</html>
`;
}

type Field = readonly [name: string, value: string];

/** Sends the answer by redirect or by a form that posts itself. */
function send(
  reply: FastifyReply,
  redirect_uri: string,
  mode: 'query' | 'fragment' | 'form_post',
  fields: readonly Field[],
): FastifyReply {
  reply
    .header('cache-control', 'no-store')
    .header('pragma', 'no-cache')
    .header('referrer-policy', 'no-referrer');
  if (mode === 'form_post') {
    return reply
      .header(
        'content-security-policy',
        `default-src 'none'; script-src 'sha256-${SUBMIT_SHA256}'; base-uri 'none'; frame-ancestors 'none'`,
      )
      .header('x-frame-options', 'DENY')
      .header('x-content-type-options', 'nosniff')
      .type('text/html; charset=utf-8')
      .send(formPostPage(redirect_uri, fields));
  }
  const encoded = new URLSearchParams(Object.fromEntries(fields)).toString();
  const separator = mode === 'fragment' ? '#' : redirect_uri.includes('?') ? '&' : '?';
  // 303, so that no browser repeats a POST to the client (RFC 9700 §4.12).
  return reply.redirect(`${redirect_uri}${separator}${encoded}`, 303);
}

/** Seconds a signed answer is valid (JARM §2.1). */
const SIGNED_RESPONSE_LIFETIME = 600;

const CARRIERS = {
  query: 'query',
  fragment: 'fragment',
  form_post: 'form_post',
  // Of `code`; that of the hybrid flow was made `fragment.jwt` (JARM §2.3.4).
  jwt: 'query',
  'query.jwt': 'query',
  'fragment.jwt': 'fragment',
  'form_post.jwt': 'form_post',
} as const satisfies Record<ResponseMode, ResponseMode>;

/** An authorization response as it will be sent. */
export type MadeResponse = (reply: FastifyReply) => FastifyReply;

/**
 * Makes an authorization response for a client, to be sent once what it tells is written.
 * @throws Refusal where the client wants it encrypted and has no key for that: an error is sent signed alone then, for it
 *   tells nothing secret
 */
export type MakeAuthorizationResponse = (
  client_id: string,
  target: ResponseTarget,
  response: AuthorizationResponse,
) => Promise<MadeResponse>;

export type AuthorizationResponseContext = {
  readonly issuer: string;
  readonly directory: ClientDirectory;
  readonly keyRing: KeyRing;
  readonly encryptResponse: EncryptResponse;
  readonly clock: Clock;
};

/**
 * Authorization responses (RFC 6749 §4.1.2) with the issuer that gave them, against mix-up (RFC 9207 §2); in the modes
 * of JARM all of it in a signed JWT, encrypted too where the client registered that, and nothing beside it (JARM §2.1,
 * §2.2).
 */
export function authorizationResponses(context: AuthorizationResponseContext): MakeAuthorizationResponse {
  const { issuer, directory, keyRing, encryptResponse, clock } = context;
  const asJwt = async (client_id: string, fields: readonly Field[], isError: boolean): Promise<string> => {
    const known = await directory.find(client_id);
    const { profile, authorization_signed_response_alg: alg } = known?.client.metadata ?? {};
    const sign = await clientSigner(keyRing, 'JWT', { profile }, alg);
    const exp = Math.floor(clock() / 1000) + SIGNED_RESPONSE_LIFETIME;
    const signed = sign({ ...Object.fromEntries(fields), aud: client_id, exp });
    if (!known) return signed;
    try {
      return await encryptResponse(signed, known, 'authorization');
    } catch (error) {
      if (isError && error instanceof Refusal) return signed;
      throw error;
    }
  };
  return async (client_id, { redirect_uri, response_mode, state }, response) => {
    const fields: readonly Field[] = [
      ...Object.entries(response),
      ...(state === undefined ? [] : [['state', state] as const]),
      ['iss', issuer],
    ];
    const isError = 'error' in response;
    const isJwt = response_mode.endsWith('jwt');
    const sent: readonly Field[] = isJwt ? [['response', await asJwt(client_id, fields, isError)]] : fields;
    return (reply) => send(reply, redirect_uri, CARRIERS[response_mode], sent);
  };
}
