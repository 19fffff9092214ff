import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { accessDenied } from '../../refusal/error-codes.ts';
import type { Refusal } from '../../refusal/refusal.ts';
import { generateOpaqueToken, isOpaqueToken } from '../../token/opaque-token.ts';
import { hostCookie } from '../../user-authentication/cookie.ts';

/**
 * Proof that a form was filled in on a page of ours in the same browser (OWASP ASVS 4.2.2). Without it another site
 * could sign a person in as somebody else, or consent for them.
 */
export type FormTokens = {
  /**
   * The token for a form, and the browser's cookie when it has none yet.
   * @param scope what the form is about: a token for one thing is none for another
   */
  issue(request: FastifyRequest, reply: FastifyReply, scope: FormScope): string;
  /**
   * @param from `same-site` where the page is served on another port than the form is sent to
   * @throws Refusal 403 unless the form came back from the same browser for the same thing
   */
  check(
    request: FastifyRequest,
    presented: string | undefined,
    scope: FormScope,
    from?: 'same-origin' | 'same-site',
  ): void;
};

/** The page, and what its form belongs to: a pending request, a session. */
export type FormScope = readonly [page: string, ...of: readonly string[]];

const COOKIE = hostCookie('countersign-form');

const formOutOfDate = (page: string, why: string): Refusal =>
  accessDenied('The form is out of date.', 'form_out_of_date', { why, page }, 403);

/** @param encryptionKey 32 bytes, the deployment's `[encryption] key`: all processes accept each other's tokens */
export function createFormTokens(encryptionKey: Uint8Array): FormTokens {
  const key = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'form tokens', 32));

  const tokenOf = (cookie: string, scope: FormScope): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([cookie, ...scope]))
      .digest();

  const cookieOf = (request: FastifyRequest): string | undefined => {
    const value = COOKIE.read(request.headers.cookie);
    return value !== undefined && isOpaqueToken(value) ? value : undefined;
  };

  return {
    issue(request, reply, scope) {
      let cookie = cookieOf(request) ?? COOKIE.givenBy(reply);
      if (cookie === undefined) {
        cookie = generateOpaqueToken();
        COOKIE.set(reply, cookie);
      }
      return tokenOf(cookie, scope).toString('base64url');
    },

    check(request, presented, scope, from = 'same-origin') {
      const [page] = scope;
      const site = request.headers['sec-fetch-site'];
      if (site !== undefined && ![from, 'same-origin', 'none'].includes(String(site))) {
        throw formOutOfDate(page, `the form was sent from a page that is ${site}`);
      }
      const cookie = cookieOf(request);
      if (cookie === undefined) throw formOutOfDate(page, 'the browser sent no cookie');
      if (presented === undefined) throw formOutOfDate(page, 'the form has no token');
      const actual = Buffer.from(presented, 'base64url');
      const expected = tokenOf(cookie, scope);
      if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
        throw formOutOfDate(page, 'the token is of another browser, page or session');
      }
    },
  };
}
