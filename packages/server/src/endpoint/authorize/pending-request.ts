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
import { type Browser, browserSecrets } from '../../user-authentication/browser-mark.ts';
import type { SignedIn } from '../../user-authentication/browser-sessions.ts';
import { AuthorizationRequest } from './authorization-request.ts';
import { decide, type Progress, scopesToConsent } from './decision.ts';
import { decidingPushed, isPushedDecided } from './pushed-request.ts';
import type { RequestEnd } from './request-end.ts';

/** An authorization request that waits for the person, as the pages show it. */
export type PendingRequest = {
  /** What pages call it in their addresses: see {@link clientNamedBy}. */
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
  /** Whether the person who is signed in can answer the request without signing in again. */
  canBeAnsweredBy(id: string, signedIn: SignedIn): Promise<boolean>;
  /** The person refuses. @returns the URL to send the browser to, which tells the client `access_denied` */
  refuse(id: string): Promise<string>;
  /**
   * @returns what notes that the person refuses, and with it decides the pushed request this one came of; refused where
   * that was decided before
   */
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
  /** SHA-256 of the browser's secret; absent until a browser that held its cookies back has come again with them. */
  browser_sha256: z.string().exactOptional(),
  /** The pushed request that it came of, and that is decided with it. */
  pushed_sha256: z.string().exactOptional(),
  created_at: z.number(),
  session_at_start: z.string().exactOptional(),
  asked_each_time: z.literal(true).exactOptional(),
  refused: z.literal(true).exactOptional(),
  consented: z
    .object({ sub: z.string(), scopes: z.array(z.string()), at: z.number().exactOptional() })
    .exactOptional(),
});
type Pending = z.infer<typeof Pending>;

/** A request, and what it is stored under. */
type Found = { readonly key: string; readonly pending: Pending };

/** Pending requests as the authorization endpoint keeps them. */
export type PendingRequests = PendingRequestsForPages & {
  /**
   * Keeps a request for ten minutes.
   * @param secret the secret of its browser, where the browser is known yet
   * @param end of what was pushed, and goes on until a request that came of it is decided
   * @returns its id
   */
  open(
    request: AuthorizationRequest,
    client: Client,
    progress: Progress,
    secret: string | undefined,
    end?: RequestEnd,
  ): Promise<string>;
  /**
   * A request of no browser yet becomes this one's; only now is it known who was signed in when it came.
   * @param session `Session.secret_sha256` of the person signed in now
   * @returns undefined unless `browser` may go on with it
   */
  resume(id: string, browser: Browser, session: string | undefined): Promise<ResumedRequest | undefined>;
};

/** A request that its browser goes on with. Of any number of units with an end of it one is committed. */
export type ResumedRequest = {
  readonly request: AuthorizationRequest;
  readonly progress: Progress;
  /** Ends this request alone. */
  readonly ending: readonly Step[];
  /** Ends this request by a person's decision, which is that of the pushed request it came of. */
  readonly deciding: readonly Step[];
};

const KIND = 'authorization-request';
const LIFETIME_MS = 600_000;
const BROWSER = 'authorization-request-browser';

/**
 * The client of a request, by what pages call the request: its id and, behind a dot, the `client_id`. So a page that was
 * left open or bookmarked can say which application to start again from when nothing of the request is left.
 * @returns undefined for what names none
 */
export function clientOfRequest(id: string): string | undefined {
  const dot = id.indexOf('.');
  return dot < 0 ? undefined : id.slice(dot + 1);
}

/** The client that the query of an address names, by itself or in the name of a request, be that no longer of use. */
export function clientNamedBy(query: string): string | undefined {
  const parameters = new URLSearchParams(query);
  return clientOfRequest(parameters.get('request') ?? '') ?? parameters.get('client_id') ?? undefined;
}

/** The part of a request's name that is its own. */
const tokenOf = (id: string): string => id.split('.', 1)[0] ?? '';

const belongsTo = (browser_sha256: string, secrets: readonly string[]): boolean =>
  secrets.some((secret) => isOpaqueTokenOf(secret, browser_sha256));

/** What `decide` is told of how far a request has come. */
function progressOf({ created_at, session_at_start, refused, consented }: Pending): Progress {
  return {
    created_at,
    ...(session_at_start !== undefined && { session_at_start }),
    ...(refused && { refused }),
    ...(consented && { consented }),
  };
}

function signedInAfter({ request, created_at }: Pending): number | undefined {
  const { prompt, max_age } = request;
  if (prompt.includes('login') || prompt.includes('select_account')) return created_at;
  return max_age === undefined ? undefined : created_at - max_age * 1000;
}

/** What pages call a request. */
const nameOf = (token: string, { client_id }: Pending['client']): string => `${token}.${client_id}`;

function pendingRequest(id: string, pending: Pending): PendingRequest {
  const { login_hint, ui_locales, max_age, acr_values, claims, expected_sub, prompt } = pending.request;
  const { authorization_details, details_described = {} } = pending.request;
  const signed_in_after = signedInAfter(pending);
  return {
    id: nameOf(tokenOf(id), pending.client),
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
 * What ties it is a secret in the browser's cookies, of which the request keeps the SHA-256.
 */
export function createPendingRequests(
  { ephemerals, commit }: Pick<Storage, 'ephemerals' | 'commit'>,
  issuer: string,
  clock: Clock,
): PendingRequests {
  /** One of a pushed request is over when any of its kin was decided; whoever denied it is told of that yet. */
  const read = async (id: string): Promise<Found | undefined> => {
    const token = tokenOf(id);
    if (!isOpaqueToken(token)) return undefined;
    const key = hashOpaqueToken(token);
    const value = await ephemerals.get(KIND, key, clock());
    if (!value) return undefined;
    const pending = Pending.parse(value);
    const { pushed_sha256, refused } = pending;
    const isOver =
      pushed_sha256 !== undefined && !refused && (await isPushedDecided(ephemerals, pushed_sha256, clock()));
    return isOver ? undefined : { key, pending };
  };
  const changing = ({ key, pending }: Found, changes: Partial<Pending>): Step =>
    ephemerals.steps.replace(KIND, key, { ...pending, ...changes }, clock());
  const refusal = async (id: string): Promise<readonly Step[]> => {
    const found = await read(id);
    if (!found) return [];
    const { pushed_sha256, refused } = found.pending;
    return [
      changing(found, { refused: true }),
      ...(pushed_sha256 === undefined || refused ? [] : [decidingPushed(ephemerals, pushed_sha256, clock())]),
    ];
  };
  const continueUrl = (id: string) => `${issuer}/oauth2/authorize/continue?request=${encodeURIComponent(id)}`;

  /** Ties a request of no browser yet to the first that comes. @returns the request, unless another browser came first */
  const claimed = async (
    { key, pending }: Found,
    browser: Browser,
    session: string | undefined,
  ): Promise<Pending | undefined> => {
    const browser_sha256 = hashOpaqueToken(browser.secret());
    const now = clock();
    const tied = {
      ...pending,
      browser_sha256,
      ...(session !== undefined && { session_at_start: session }),
    };
    const { outcome } = await commit([
      ephemerals.steps.add(BROWSER, key, {}, now + LIFETIME_MS, now),
      ephemerals.steps.replace(KIND, key, tied, now),
    ]);
    if (outcome === 'committed') return tied;
    const value = await ephemerals.get(KIND, key, now);
    const other = value && Pending.parse(value);
    return other?.browser_sha256 !== undefined && belongsTo(other.browser_sha256, browser.secrets)
      ? other
      : undefined;
  };

  return {
    continueUrl,
    async refuse(id) {
      await commit(await refusal(id));
      return continueUrl(id);
    },
    refusal,
    async consent(id, sub, scopes) {
      const found = await read(id);
      return found ? [changing(found, { consented: { sub, scopes: [...scopes], at: clock() } })] : [];
    },

    async find(id, cookie) {
      const { pending } = (await read(id)) ?? {};
      if (!pending?.browser_sha256 || !belongsTo(pending.browser_sha256, browserSecrets(cookie)))
        return undefined;
      return pendingRequest(id, pending);
    },

    async canBeAnsweredBy(id, signedIn) {
      const { pending } = (await read(id)) ?? {};
      if (!pending) return false;
      // What was agreed to earlier makes no difference to this.
      const { next } = decide(pending.request, progressOf(pending), signedIn, undefined);
      return next === 'issue' || next === 'consent';
    },

    async open(request, client, progress, secret, end) {
      const token = generateOpaqueToken();
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
        ...(secret !== undefined && { browser_sha256: hashOpaqueToken(secret) }),
        ...(end?.pushed_sha256 !== undefined && { pushed_sha256: end.pushed_sha256 }),
        created_at: progress.created_at,
        ...(progress.session_at_start !== undefined && { session_at_start: progress.session_at_start }),
      };
      await ephemerals.put(KIND, hashOpaqueToken(token), pending, clock() + LIFETIME_MS);
      return nameOf(token, pending.client);
    },

    async resume(id, browser, session) {
      const found = await read(id);
      if (!found) return undefined;
      const { browser_sha256 } = found.pending;
      if (browser_sha256 !== undefined && !belongsTo(browser_sha256, browser.secrets)) return undefined;
      const pending = browser_sha256 === undefined ? await claimed(found, browser, session) : found.pending;
      if (!pending) return undefined;
      const { request, pushed_sha256, refused } = pending;
      const now = clock();
      const ending = [ephemerals.steps.take(KIND, found.key, now)];
      // Whoever denied it decided it then.
      const decides = pushed_sha256 !== undefined && !refused;
      return {
        request,
        progress: progressOf(pending),
        ending,
        deciding: decides ? [...ending, decidingPushed(ephemerals, pushed_sha256, now)] : ending,
      };
    },
  };
}
