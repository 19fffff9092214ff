import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { Refusal } from '../../refusal/refusal.ts';
import type { Parameters } from './parameters.ts';

/** How an answer travels to the client (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode). */
export const RESPONSE_MODES = ['query', 'fragment', 'form_post'] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];
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
  | { readonly code: string }
  | { readonly error: string; readonly error_description: string };

/** The target of an error in a request whose parameters may themselves be at fault: those are left out. */
export function errorTarget(redirect_uri: string, parameters: Parameters): ResponseTarget {
  const readable = (name: 'state' | 'response_mode') => {
    try {
      return parameters.get(name);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  };
  const state = readable('state');
  const response_mode = readable('response_mode') ?? 'query';
  return {
    redirect_uri,
    response_mode: isResponseMode(response_mode) ? response_mode : 'query',
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
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const SUBMIT = 'document.forms[0].submit()';
const SUBMIT_SHA256 = createHash('sha256').update(SUBMIT).digest('base64');

/** Posts the answer by itself; without JavaScript the person presses the button. */
function formPostPage(redirect_uri: string, fields: readonly (readonly [string, string])[]): string {
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

/**
 * Sends an authorization response (RFC 6749 §4.1.2) with the issuer that gave it, against mix-up (RFC 9207 §2).
 * 303, so that no browser repeats a POST to the client (RFC 9700 §4.12).
 */
export function sendAuthorizationResponse(
  reply: FastifyReply,
  issuer: string,
  { redirect_uri, response_mode, state }: ResponseTarget,
  response: AuthorizationResponse,
): FastifyReply {
  const fields: readonly (readonly [string, string])[] = [
    ...Object.entries(response),
    ...(state === undefined ? [] : [['state', state] as const]),
    ['iss', issuer],
  ];
  reply
    .header('cache-control', 'no-store')
    .header('pragma', 'no-cache')
    .header('referrer-policy', 'no-referrer');
  if (response_mode === 'form_post') {
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
  const separator = response_mode === 'fragment' ? '#' : redirect_uri.includes('?') ? '&' : '?';
  return reply.redirect(`${redirect_uri}${separator}${encoded}`, 303);
}
