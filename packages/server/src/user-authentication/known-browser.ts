import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Clock } from '../clock.ts';
import { derivedKey } from '../derived-key.ts';
import { hostCookie } from './cookie.ts';

/**
 * The name of a browser in which somebody signed in before, if it is known for this account; undefined otherwise.
 * @param sub of the account
 */
export type KnownBrowser = (sub: string) => string | undefined;

/**
 * Browsers in which people have signed in. A cookie says so, signed and good for the account alone: it signs nobody in,
 * but failures of strangers do not lock out whoever has it (OWASP, device cookies).
 */
export type KnownBrowsers = {
  /** @param cookie the request's Cookie header */
  of(cookie: string | undefined): KnownBrowser;
  /** Makes the browser known for an account that was signed in to, beside those it is known for. */
  remember(reply: FastifyReply, cookie: string | undefined, sub: string): void;
};

const LIFETIME_S = 180 * 86_400;
const COOKIE = hostCookie('countersign-known', { maxAgeS: LIFETIME_S });
/** Accounts for which one browser is known. */
const MOST = 5;
const MARK = /^([A-Za-z0-9_-]{22})\.(\d{1,12})\.([A-Za-z0-9_-]{43})$/;

type Mark = { readonly id: string; readonly until: number; readonly mac: Buffer; readonly text: string };

function marksIn(cookie: string | undefined): readonly Mark[] {
  const texts = (COOKIE.read(cookie) ?? '').split('~').slice(0, MOST);
  return texts.flatMap((text) => {
    const [, id, until, mac] = MARK.exec(text) ?? [];
    if (id === undefined || mac === undefined) return [];
    return [{ id, until: Number(until), mac: Buffer.from(mac, 'base64url'), text }];
  });
}

/** @param encryptionKey 32 bytes, the deployment's `[encryption] key` */
export function createKnownBrowsers(encryptionKey: Uint8Array, clock: Clock): KnownBrowsers {
  const key = derivedKey(encryptionKey, 'known browser');
  const macOf = (id: string, until: number, sub: string) =>
    createHmac('sha256', key).update(`${id}.${until}.${sub}`).digest();
  const isOf = ({ id, until, mac }: Mark, sub: string): boolean => {
    const expected = macOf(id, until, sub);
    return until * 1000 > clock() && expected.length === mac.length && timingSafeEqual(expected, mac);
  };

  return {
    of: (cookie) => (sub) => marksIn(cookie).find((mark) => isOf(mark, sub))?.id,
    remember(reply, cookie, sub) {
      const marks = marksIn(cookie);
      // The same name for as long as it lasts: a new one would come with a fresh count of failures.
      const id = marks.find((mark) => isOf(mark, sub))?.id ?? randomBytes(16).toString('base64url');
      const until = Math.floor(clock() / 1000) + LIFETIME_S;
      const own = `${id}.${until}.${macOf(id, until, sub).toString('base64url')}`;
      const others = marks.filter((mark) => !isOf(mark, sub)).map(({ text }) => text);
      COOKIE.set(reply, [own, ...others].slice(0, MOST).join('~'));
    },
  };
}
