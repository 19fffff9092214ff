import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { derivedKey } from '../../derived-key.ts';
import { accessDenied } from '../../refusal/error-codes.ts';
import type { Refusal } from '../../refusal/refusal.ts';
import { browserOf, browserSecrets } from '../../user-authentication/browser-mark.ts';

/**
 * Proof that a form was filled in on a page of ours in the same browser (OWASP ASVS 4.2.2). Without it another site
 * could sign a person in as somebody else, or consent for them.
 */
export type FormTokens = {
  /**
   * The token for a form, tied to the browser, which gets a cookie when it has none yet.
   * @param scope what the form is about: a token for one thing is none for another
   */
  issue(request: FastifyRequest, reply: FastifyReply, scope: FormScope): string;
  /**
   * @param from `same-site` where the page is served on another port than the form is sent to
   * @throws Refusal 403 unless the form came back from the same browser for the same thing
   */
  check(request: FastifyRequest, presented: string | undefined, scope: FormScope, from?: FormOrigin): void;
};

/** The page, and what its form belongs to: a pending request, a session. */
export type FormScope = readonly [page: string, ...of: readonly string[]];

const formOutOfDate = (page: string, why: string): Refusal =>
  accessDenied('The form is out of date.', 'form_out_of_date', { why, page }, 403);

/** Where a form may have been sent from: the page's own origin, or another port of its host. */
export type FormOrigin = 'same-origin' | 'same-site';

/** Whether a browser says that a form was sent from elsewhere (Fetch Metadata); what says nothing may be no browser. */
export function isSentFromElsewhere({ headers }: FastifyRequest, from: FormOrigin = 'same-origin'): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && ![from, 'same-origin', 'none'].includes(String(site));
}

/** @param encryptionKey 32 bytes, the deployment's `[encryption] key`: all processes accept each other's tokens */
export function createFormTokens(encryptionKey: Uint8Array): FormTokens {
  const key = derivedKey(encryptionKey, 'form tokens');

  const tokenOf = (secret: string, scope: FormScope): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([secret, ...scope]))
      .digest();

  return {
    issue: (request, reply, scope) =>
      tokenOf(browserOf(request, reply).secret(), scope).toString('base64url'),

    check(request, presented, scope, from) {
      const [page] = scope;
      if (isSentFromElsewhere(request, from)) {
        const site = request.headers['sec-fetch-site'];
        throw formOutOfDate(page, `the form was sent from a page that is ${site}`);
      }
      const secrets = browserSecrets(request.headers.cookie);
      if (secrets.length === 0) throw formOutOfDate(page, 'the browser sent no cookie');
      if (presented === undefined) throw formOutOfDate(page, 'the form has no token');
      const actual = Buffer.from(presented, 'base64url');
      const isOf = (secret: string): boolean => {
        const expected = tokenOf(secret, scope);
        return actual.length === expected.length && timingSafeEqual(actual, expected);
      };
      if (!secrets.some(isOf)) {
        throw formOutOfDate(page, 'the token is of another browser, page or session');
      }
    },
  };
}
