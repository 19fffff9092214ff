import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Client } from '../../client/client.ts';
import { isUnassured } from '../../client/redirect-uri.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage/storage.ts';
import type { AuthorizationDetail } from '../../token/authorization-detail.ts';
import type { ClaimsRequest } from '../../token/claims-request.ts';
import {
  generateOpaqueToken,
  hashOpaqueToken,
  isOpaqueToken,
  isOpaqueTokenOf,
} from '../../token/opaque-token.ts';
import type { Step } from '../../unit-of-work.ts';
import { hostCookie } from '../../user-authentication/cookie.ts';
import { AuthorizationRequest } from './authorization-request.ts';
import { type Progress, scopesToConsent } from './decision.ts';
import { decidingPushed } from './pushed-request.ts';
import type { RequestEnd } from './request-end.ts';

/** An authorization request that waits for the person, as the pages show it. */
export type PendingRequest = {
  readonly id: string;
  readonly client: {
    readonly client_id: string;
    readonly client_name: string;
    readonly client_uri?: string;
    readonly logo_uri?: string;
    readonly policy_uri?: string;
    readonly tos_uri?: string;
  };
  /** Where the answer will go: a page's Content-Security-Policy must let its form end there. */
  readonly redirect_uri: string;
  /** What the person is asked to agree to. */
  readonly scopes: readonly string[];
  /** Whether they are asked each time, whatever they agreed to earlier (RFC 8252 §8.6). */
  readonly asked_each_time?: true;
  /** What they are asked to agree to beyond scopes, this one time (RFC 9396), and its type in words. */
  readonly authorization_details?: readonly {
    readonly description: string;
    readonly detail: AuthorizationDetail;
  }[];
  readonly prompt: readonly string[];
  readonly login_hint?: string;
  readonly ui_locales?: string;
  readonly max_age?: number;
  readonly acr_values?: readonly string[];
  readonly claims?: ClaimsRequest;
  /** The only person whose sign-in helps. */
  readonly expected_sub?: string;
  /** Milliseconds since the epoch: a sign-in from before this does not count, whatever its session. */
  readonly signed_in_after?: number;
};

/** What the sign-in and consent pages do with a pending request. */
export type PendingRequestsForPages = {
  /**
   * @param cookie the request's Cookie header: a request is known in the browser it came from and nowhere else
   * @returns undefined when the request is unknown, over, or another browser's
   */
  find(id: string, cookie: string | undefined): Promise<PendingRequest | undefined>;
  /** The person refuses. @returns the URL to send the browser to, which tells the client `access_denied` */
  refuse(id: string): Promise<string>;
  /** @returns what notes that the person refuses */
  refusal(id: string): Promise<readonly Step[]>;
  /** @returns what notes that the person agrees to these scopes for this request; remembering it is the page's */
  consent(id: string, sub: string, scopes: readonly string[]): Promise<readonly Step[]>;
  /** Where a page sends the browser (303) after its job. */
  continueUrl(id: string): string;
};

const Pending = z.object({
  request: AuthorizationRequest,
  client: z.object({
    client_id: z.string(),
    client_name: z.string(),
    client_uri: z.string().exactOptional(),
    logo_uri: z.string().exactOptional(),
    policy_uri: z.string().exactOptional(),
    tos_uri: z.string().exactOptional(),
  }),
  /** SHA-256 of the browser's cookie; absent until a browser without the cookie has come back with it. */
  browser_sha256: z.string().exactOptional(),
  /** The pushed request that it came of, and that is decided with it. */
  pushed_sha256: z.string().exactOptional(),
  created_at: z.number(),
  session_at_start: z.string().exactOptional(),
  asked_each_time: z.literal(true).exactOptional(),
  refused: z.literal(true).exactOptional(),
  consented: z.object({ sub: z.string(), scopes: z.array(z.string()) }).exactOptional(),
});
type Pending = z.infer<typeof Pending>;

/** Pending requests as the authorization endpoint keeps them. */
export type PendingRequests = PendingRequestsForPages & {
  /**
   * Keeps a request for ten minutes.
   * @param browser see {@link browserOf}
   * @param end of what was pushed, and goes on until this request is decided
   * @returns its id
   */
  open(
    request: AuthorizationRequest,
    client: Client,
    progress: Progress,
    browser: string | undefined,
    end?: RequestEnd,
  ): Promise<string>;
  /**
   * A request of no browser yet becomes this one's; only now is it known who was signed in when it came.
   * @param session `Session.secret_sha256` of the person signed in now
   * @returns the request if `browser` may go on with it, and what ends it: of any number of units one is committed
   */
  resume(
    id: string,
    browser: string,
    session: string | undefined,
  ): Promise<
    | {
        readonly request: AuthorizationRequest;
        readonly progress: Progress;
        readonly finishing: readonly Step[];
      }
    | undefined
  >;
};

const KIND = 'authorization-request';
const LIFETIME_MS = 600_000;
const COOKIE = hostCookie('countersign-browser');

/** The value of the cookie that ties requests to a browser. */
export function browserOf(cookie: string | undefined): string | undefined {
  const value = COOKIE.read(cookie);
  return value !== undefined && isOpaqueToken(value) ? value : undefined;
}

/** Gives the browser a cookie of its own. @returns its value */
export function markBrowser(reply: FastifyReply): string {
  const value = generateOpaqueToken();
  COOKIE.set(reply, value);
  return value;
}

const belongsTo = ({ browser_sha256 }: Pending, browser: string): boolean =>
  browser_sha256 === undefined || isOpaqueTokenOf(browser, browser_sha256);

function signedInAfter({ request, created_at }: Pending): number | undefined {
  const { prompt, max_age } = request;
  if (prompt.includes('login') || prompt.includes('select_account')) return created_at;
  return max_age === undefined ? undefined : created_at - max_age * 1000;
}

function pendingRequest(id: string, pending: Pending): PendingRequest {
  const { login_hint, ui_locales, max_age, acr_values, claims, expected_sub, prompt } = pending.request;
  const { authorization_details, details_described = {} } = pending.request;
  const signed_in_after = signedInAfter(pending);
  return {
    id,
    client: pending.client,
    redirect_uri: pending.request.redirect_uri,
    scopes: scopesToConsent(pending.request),
    ...(pending.asked_each_time && { asked_each_time: true }),
    prompt,
    ...(authorization_details && {
      authorization_details: authorization_details.map((detail) => ({
        description: details_described[detail.type] ?? detail.type,
        detail,
      })),
    }),
    ...(login_hint !== undefined && { login_hint }),
    ...(ui_locales !== undefined && { ui_locales }),
    ...(max_age !== undefined && { max_age }),
    ...(acr_values !== undefined && { acr_values }),
    ...(claims !== undefined && { claims }),
    ...(expected_sub !== undefined && { expected_sub }),
    ...(signed_in_after !== undefined && { signed_in_after }),
  };
}

/**
 * The requests that wait for a person, shared by all processes. Their ids stand in URLs, so each is of use only in
 * the browser that brought the request: an attacker cannot have a victim finish the attacker's request, or see theirs.
 */
export function createPendingRequests(
  { ephemerals, commit }: Pick<Storage, 'ephemerals' | 'commit'>,
  issuer: string,
  clock: Clock,
): PendingRequests {
  const read = async (id: string): Promise<Pending | undefined> => {
    if (!isOpaqueToken(id)) return undefined;
    const value = await ephemerals.get(KIND, hashOpaqueToken(id), clock());
    return value && Pending.parse(value);
  };
  const replace = async (id: string, pending: Pending) => {
    await ephemerals.replace(KIND, hashOpaqueToken(id), pending, clock());
  };
  const change = async (id: string, changes: Partial<Pending>): Promise<readonly Step[]> => {
    const pending = await read(id);
    if (!pending) return [];
    return [ephemerals.steps.replace(KIND, hashOpaqueToken(id), { ...pending, ...changes }, clock())];
  };
  const continueUrl = (id: string) => `${issuer}/oauth2/authorize/continue?request=${encodeURIComponent(id)}`;

  return {
    continueUrl,
    async refuse(id) {
      await commit(await change(id, { refused: true }));
      return continueUrl(id);
    },
    refusal: (id) => change(id, { refused: true }),
    consent: (id, sub, scopes) => change(id, { consented: { sub, scopes: [...scopes] } }),

    async find(id, cookie) {
      const pending = await read(id);
      const browser = browserOf(cookie);
      if (!pending?.browser_sha256 || browser === undefined || !belongsTo(pending, browser)) return undefined;
      return pendingRequest(id, pending);
    },

    async open(request, client, progress, browser, end) {
      const id = generateOpaqueToken();
      const { client_name, client_uri, logo_uri, policy_uri, tos_uri } = client.metadata;
      const pending: Pending = {
        request,
        client: {
          client_id: client.client_id,
          client_name,
          ...(client_uri !== undefined && { client_uri }),
          ...(logo_uri !== undefined && { logo_uri }),
          ...(policy_uri !== undefined && { policy_uri }),
          ...(tos_uri !== undefined && { tos_uri }),
        },
        ...(isUnassured(client.metadata, request.redirect_uri) && { asked_each_time: true }),
        ...(browser !== undefined && { browser_sha256: hashOpaqueToken(browser) }),
        ...(end?.pushed_sha256 !== undefined && { pushed_sha256: end.pushed_sha256 }),
        created_at: progress.created_at,
        ...(progress.session_at_start !== undefined && { session_at_start: progress.session_at_start }),
      };
      await ephemerals.put(KIND, hashOpaqueToken(id), pending, clock() + LIFETIME_MS);
      return id;
    },

    async resume(id, browser, session) {
      const found = await read(id);
      if (!found || !belongsTo(found, browser)) return undefined;
      let pending = found;
      if (found.browser_sha256 === undefined) {
        pending = {
          ...found,
          browser_sha256: hashOpaqueToken(browser),
          ...(session !== undefined && { session_at_start: session }),
        };
        await replace(id, pending);
      }
      const {
        request,
        client: _client,
        browser_sha256: _browser,
        asked_each_time: _each,
        pushed_sha256,
        ...progress
      } = pending;
      const now = clock();
      return {
        request,
        progress,
        finishing: [
          ephemerals.steps.take(KIND, hashOpaqueToken(id), now),
          ...(pushed_sha256 === undefined ? [] : [decidingPushed(ephemerals, pushed_sha256, now)]),
        ],
      };
    },
  };
}
