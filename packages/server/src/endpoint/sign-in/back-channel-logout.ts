import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { type OutboundFetch, OutboundRefused } from '../../outbound/outbound-fetch.ts';
import type { ClientStore } from '../../storage/storage.ts';
import { clientSigner } from '../../token/client-signer.ts';
import { identifierSource } from '../../token/identifier.ts';
import type { KeyRing } from '../../token/key-ring.ts';
import type { Subjects } from '../../token/pairwise-subject.ts';
import type { EndedSessions } from '../../user-authentication/session-endings.ts';
import { createNotices, type NoticesOptions } from '../notices.ts';
import { LOGOUT_NOTICE, LogoutNotice, logoutNoticesOf } from './logout-notice.ts';

/** Tells the clients of a session that it ended (OIDC Back-Channel Logout 1.0). */
export type BackChannelLogout = EndedSessions & {
  /** Waits for everything under way, without further attempts: those are left to the next process. */
  close(): Promise<void>;
};

export type BackChannelLogoutOptions = {
  readonly issuer: string;
  readonly clients: Pick<ClientStore, 'find'>;
  readonly clock: Clock;
  readonly keyRing: KeyRing;
  readonly subjects: Pick<Subjects, 'of' | 'sessionOf'>;
  readonly fetch: OutboundFetch;
  readonly events: EventRecorder;
  readonly storage: NoticesOptions<LogoutNotice>['storage'];
  readonly reportError: (error: Error) => void;
  /** Milliseconds to wait before each further attempt. */
  readonly retryAfterMs?: readonly number[];
};

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Seconds: §2.4 asks for at most two minutes. */
const LIFETIME_S = 120;
const TIMEOUT_MS = 10_000;
/** An answer has no content that matters (§2.8). */
const LARGEST_ANSWER = 65_536;
const RETRY_AFTER_MS = [2_000, 15_000];
/** Notifications sent at once; the rest wait. */
const CONCURRENT = 8;

const nextJti = identifierSource(16);

/** A failure that another attempt may mend: the way there, or the client's server itself. */
function isPassing({ because, evidence }: OutboundRefused): boolean {
  if (because === 'status') return typeof evidence.presented === 'number' && evidence.presented >= 500;
  return because === 'network' || because === 'timeout' || because === 'tls' || because === 'over-budget';
}

export function createBackChannelLogout(options: BackChannelLogoutOptions): BackChannelLogout {
  const { issuer, clock, clients, keyRing, subjects, fetch, events } = options;
  const { retryAfterMs = RETRY_AFTER_MS } = options;
  const waiting: (() => void)[] = [];
  let running = 0;

  const turn = async () => {
    if (running >= CONCURRENT) await new Promise<void>((go) => waiting.push(go));
    running++;
  };

  /** The logout token of §2.4. */
  const logoutToken = async ({ client_id, sub, session_id }: LogoutNotice): Promise<string> => {
    const client = await clients.find(client_id);
    if (!client) throw new Error(`no client is registered under ${client_id} any more`);
    const { metadata } = client;
    const sign = await clientSigner(keyRing, 'logout+jwt', metadata, metadata.id_token_signed_response_alg);
    const iat = Math.floor(clock() / 1000);
    return sign({
      iss: issuer,
      sub: subjects.of(client, sub),
      aud: client_id,
      iat,
      exp: iat + LIFETIME_S,
      jti: nextJti(),
      sid: subjects.sessionOf(client, session_id),
      events: { [EVENT]: {} },
    });
  };

  /** @throws OutboundRefused */
  const post = async (url: string, notice: LogoutNotice): Promise<void> => {
    // A fresh token for every attempt: a client must refuse a jti it has seen.
    const form = new URLSearchParams({ logout_token: await logoutToken(notice) });
    await fetch({
      purpose: 'notice',
      client_id: notice.client_id,
      url,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(form.toString()),
      maxBytes: LARGEST_ANSWER,
      timeoutMs: TIMEOUT_MS,
    });
  };

  /** @returns whether it is over */
  const deliver = async (url: string, notice: LogoutNotice, closing: AbortSignal): Promise<boolean> => {
    const { client_id } = notice;
    const detail = { url, sid: notice.session_id };
    for (let attempt = 1; ; attempt++) {
      try {
        await post(url, notice);
        events.record({ type: 'logout_token.delivered', outcome: 'success', client_id, detail });
        return true;
      } catch (error) {
        if (!(error instanceof OutboundRefused)) throw error;
        const wait = isPassing(error) ? retryAfterMs[attempt - 1] : undefined;
        if (wait !== undefined) {
          const slept = await delay(wait, true, { signal: closing, ref: false }).catch(() => false);
          if (!slept) return false;
          continue;
        }
        events.record({
          type: 'logout_token.undelivered',
          outcome: 'failure',
          client_id,
          evidence: { ...error.evidence, why: error.message, attempts: attempt },
          detail,
        });
        return true;
      }
    }
  };

  const tell = async (notice: LogoutNotice, closing: AbortSignal): Promise<boolean> => {
    const { client_id } = notice;
    await turn();
    try {
      const client = await clients.find(client_id);
      const url = client?.metadata.backchannel_logout_uri;
      return !client?.enabled || url === undefined || (await deliver(url, notice, closing));
    } catch (error) {
      events.record({
        type: 'logout_token.undelivered',
        outcome: 'failure',
        client_id,
        because: 'internal_error',
        evidence: { why: error instanceof Error ? error.message : String(error) },
      });
      return true;
    } finally {
      running--;
      waiting.shift()?.();
    }
  };

  const notices = createNotices({
    kind: LOGOUT_NOTICE,
    record: LogoutNotice,
    storage: options.storage,
    clock,
    tell,
    reportError: options.reportError,
  });
  return {
    steps: (session) => logoutNoticesOf(session).map(([key, notice]) => notices.step(key, notice)),
    tell(session) {
      for (const [key, notice] of logoutNoticesOf(session)) notices.begin(key, notice);
    },
    close: notices.close,
  };
}
