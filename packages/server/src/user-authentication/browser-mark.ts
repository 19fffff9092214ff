import type { FastifyReply, FastifyRequest } from 'fastify';
import { generateOpaqueToken, hashOpaqueToken, isOpaqueToken } from '../token/opaque-token.ts';
import { hostCookie, hostCookies } from './cookie.ts';

/*
 * What ties things that wait to the browser they were begun in, whether or not anybody is signed in: pending
 * authorization requests, and the forms of pages. It is a random secret in a cookie, and stays what it is for as long as
 * the browser keeps it.
 *
 * A browser that opens several tabs at once sends several requests before it has any cookie. Each answer gives it a
 * secret, and the last one overwrites those before it under the one name. Therefore a first answer gives its secret
 * twice: under that name, and under a name of its own, which no other answer overwrites and which lasts as long as what
 * was begun with it.
 */

const LASTING = hostCookie('countersign-browser');
/** As long as an authorization request waits for a person, and a margin for clocks. */
const FIRST_ANSWER_LIFETIME_S = 660;
const FIRST_ANSWERS = hostCookies('countersign-browser', { maxAgeS: FIRST_ANSWER_LIFETIME_S });
/** Cookies of first answers a browser may have: each takes some 80 octets of every request, and proxies allow about 8 kB. */
const MOST = 32;
const TAG_LENGTH = 8;

/** The secrets of first answers in a Cookie header, the newest first, and the tags of those that are too many. */
function firstAnswers(cookie: string | undefined) {
  const found = FIRST_ANSWERS.read(cookie)
    .filter(({ value }) => isOpaqueToken(value))
    .toReversed();
  return {
    secrets: found.slice(0, MOST).map(({ value }) => value),
    tooMany: found.slice(MOST).map(({ tag }) => tag),
  };
}

function lastingSecret(cookie: string | undefined): string | undefined {
  const value = LASTING.read(cookie);
  return value !== undefined && isOpaqueToken(value) ? value : undefined;
}

/**
 * The secrets a browser has of this server, most of the time one.
 * @param cookie the request's Cookie header
 */
export function browserSecrets(cookie: string | undefined): readonly string[] {
  const lasting = lastingSecret(cookie);
  return [...new Set([...(lasting === undefined ? [] : [lasting]), ...firstAnswers(cookie).secrets])];
}

/** The browser a request came from. */
export type Browser = {
  /** See {@link browserSecrets}. */
  readonly secrets: readonly string[];
  /** The secret that what begins now is tied to; a browser without one is given it by the reply. */
  secret(): string;
};

/** @param reply what may give the browser its secret */
export function browserOf({ headers: { cookie } }: FastifyRequest, reply: FastifyReply): Browser {
  const give = (): string => {
    const secret = generateOpaqueToken();
    LASTING.set(reply, secret);
    FIRST_ANSWERS.set(reply, hashOpaqueToken(secret).slice(0, TAG_LENGTH), secret);
    return secret;
  };
  return {
    secrets: browserSecrets(cookie),
    secret() {
      const { secrets, tooMany } = firstAnswers(cookie);
      for (const tag of tooMany) FIRST_ANSWERS.clear(reply, tag);
      const lasting = lastingSecret(cookie) ?? LASTING.givenBy(reply);
      if (lasting !== undefined) return lasting;
      const [newest] = secrets;
      if (newest === undefined) return give();
      LASTING.set(reply, newest);
      return newest;
    },
  };
}
