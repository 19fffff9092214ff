import { orAborted, type Signals, throwIfAborted, waited } from './abortable.ts';
import { backOff } from './back-off.ts';
import type { FetchReason, TellEvent } from './client-event.ts';
import type { TokenRequest } from './client-options.ts';
import type { Identity } from './identity.ts';
import type { IdentitySource } from './identity-source.ts';
import type { RequestToken } from './token-request.ts';
import { TokenUnavailable } from './token-unavailable.ts';

/** A token there is, and the identity whose certificate goes with it. Times are milliseconds since the epoch. */
export type HeldToken = {
  readonly value: string;
  /** What was granted, as far as it is known. */
  readonly scope: string | undefined;
  readonly identity: Identity;
  readonly issuedAt: number;
  readonly expiresAt: number;
};

/** What is known of one kind of token. */
export type SlotState = {
  readonly scope: string | undefined;
  readonly resource: readonly string[];
  readonly expiresAt: number | undefined;
  /** Why the last attempt failed, until one succeeds. */
  readonly problem: TokenUnavailable | undefined;
};

/** The one place of a kind of token: at most one request for it is under way, and all who need it share it. */
export type TokenSlot = {
  /**
   * One that can be used now, renewed in the background where it is due.
   * @throws TokenUnavailable; the signal's reason when it is aborted
   */
  get(signal: AbortSignal | null | undefined): Promise<HeldToken>;
  /**
   * Another one than that which an API refused; undefined when there is none to be had at once, or when one was fetched
   * for such a reason a moment ago.
   */
  replace(refused: HeldToken, signal: AbortSignal | null | undefined): Promise<HeldToken | undefined>;
  state(): SlotState;
  /** Gives its token back. */
  clear(): void;
};

export type TokenSlotOptions = {
  readonly identities: IdentitySource;
  readonly requestToken: RequestToken;
  /** Milliseconds that a call without a usable token goes on trying. */
  readonly retryFor: number;
  readonly clock: () => number;
  readonly tell: TellEvent;
  /** Ends what is under way. */
  readonly closing: AbortSignal;
};

/** A token is not sent on its way in its last moments: as long as this, or a tenth of its life where that is less. */
const LAST_MOMENTS_MS = 10_000;
/** Which part of its life a token has had when it is renewed, at least; up to a tenth more, by chance. */
const RENEWED_AT = 0.7;
/** An API that refuses whatever it gets must not make the authorization server's work. */
const REPLACED_EVERY_MS = 10_000;

type Failure = { readonly error: TokenUnavailable; readonly until: number; readonly identity: Identity };
type Held = HeldToken & {
  readonly usableUntil: number;
  readonly renewAt: number;
  readonly release: () => void;
};
type Flight = {
  /** Never fails: what came of it stands in the slot, a token here as well. */
  readonly landed: Promise<Held | undefined>;
  readonly abort: AbortController;
  waiting: number;
  /** Whether it goes on when nobody waits for it. */
  readonly isRenewal: boolean;
};

/** Milliseconds since the epoch from when and until when a token is what the slot makes of it. */
function timesOf(issuedAt: number, lifetime: number) {
  return {
    expiresAt: issuedAt + lifetime,
    usableUntil: issuedAt + lifetime - Math.min(LAST_MOMENTS_MS, lifetime / 10),
    renewAt: issuedAt + lifetime * (RENEWED_AT + Math.random() / 10),
  };
}

export function tokenSlot(request: TokenRequest, options: TokenSlotOptions): TokenSlot {
  const { identities, requestToken, retryFor, clock, tell, closing } = options;
  const { scope, resource } = request;
  let held: Held | undefined;
  let failures = 0;
  let failure: Failure | undefined;
  let flight: Flight | undefined;
  let isForgotten = false;
  let replacedAt = Number.NEGATIVE_INFINITY;

  const usable = (newest: Identity): Held | undefined => {
    const now = clock();
    // A clock that was set back says nothing about when the token ends.
    if (held === undefined || now < held.issuedAt - 1_000 || now >= held.usableUntil) return undefined;
    if (held.identity.thumbprint !== newest.thumbprint) {
      return now < held.identity.notAfter ? held : undefined;
    }
    if (held.identity !== newest) {
      // The same certificate, but another trust: the token goes on, the connections do not.
      const { release } = held;
      held = { ...held, identity: newest, release: newest.hold() };
      release();
    }
    return held;
  };
  const reasonFor = (newest: Identity): FetchReason =>
    held === undefined ? 'first' : held.identity.thumbprint === newest.thumbprint ? 'renewal' : 'certificate';
  /** Milliseconds until the server may be asked; new credentials may be asked with at once. */
  const pauseFor = (newest: Identity): number =>
    failure?.identity === newest ? Math.max(0, failure.until - clock()) : 0;

  const attempt = async (
    identity: Identity,
    reason: FetchReason,
    signal: AbortSignal,
  ): Promise<Held | undefined> => {
    const issuedAt = clock();
    const began = performance.now();
    const release = identity.hold();
    const duration = () => Math.round(performance.now() - began);
    try {
      const { value, scope: granted, lifetime } = await requestToken(request, identity, signal);
      signal.throwIfAborted();
      const times = timesOf(issuedAt, lifetime);
      const releaseReplaced = held?.release;
      const got: Held = { value, scope: granted ?? scope, identity, issuedAt, ...times, release };
      held = got;
      releaseReplaced?.();
      if (isForgotten) release();
      [failures, failure] = [0, undefined];
      const { expiresAt } = times;
      tell({ type: 'token_issued', scope: got.scope, resource, reason, expiresAt, duration: duration() });
      return got;
    } catch (thrown) {
      release();
      if (signal.aborted) return undefined;
      const error =
        thrown instanceof TokenUnavailable
          ? thrown
          : new TokenUnavailable('answer_malformed', 'the token request failed', { cause: thrown });
      failures += 1;
      const until = clock() + backOff(failures, error.retryAfter);
      failure = { error, until, identity };
      const usableUntil = usable(identity)?.usableUntil;
      tell({
        type: 'token_failed',
        scope,
        resource,
        reason,
        error,
        duration: duration(),
        retryAt: until,
        usableUntil,
      });
      return undefined;
    }
  };

  const fly = (identity: Identity, reason: FetchReason, isRenewal: boolean): Flight => {
    if (flight !== undefined) return flight;
    const abort = new AbortController();
    const landed = attempt(identity, reason, AbortSignal.any([abort.signal, closing])).finally(() => {
      if (flight?.abort === abort) flight = undefined;
    });
    flight = { landed, abort, waiting: 0, isRenewal };
    return flight;
  };

  /** Waits for an attempt; one that nobody waits for any more is broken off, but for renewals. */
  const join = async (joined: Flight, signals: Signals): Promise<Held | undefined> => {
    joined.waiting += 1;
    try {
      return await orAborted(joined.landed, signals);
    } finally {
      joined.waiting -= 1;
      if (joined.waiting === 0 && !joined.isRenewal && flight === joined) {
        flight = undefined;
        joined.abort.abort(new Error('nobody waits for it any more'));
      }
    }
  };

  return {
    async get(signal) {
      const signals = [closing, signal];
      const deadline = performance.now() + retryFor;
      for (;;) {
        throwIfAborted(signals);
        const newest = await orAborted(identities.newest(), signals);
        const now = usable(newest);
        if (now !== undefined) {
          const isDue = clock() >= now.renewAt || now.identity.thumbprint !== newest.thumbprint;
          if (isDue && pauseFor(newest) === 0) fly(newest, reasonFor(newest), true);
          return now;
        }
        const pause = flight === undefined ? pauseFor(newest) : 0;
        if (pause > 0 && failure !== undefined) {
          if (!failure.error.isPassing || performance.now() + pause > deadline) throw failure.error;
          await waited(pause, signals);
        } else {
          const got = await join(fly(newest, reasonFor(newest), false), signals);
          if (got !== undefined) return got;
        }
      }
    },

    async replace(refused, signal) {
      const signals = [closing, signal];
      const newest = await orAborted(identities.newest(), signals);
      if (held !== undefined && held.value !== refused.value && usable(newest) === held) return held;
      const isTooSoon = clock() < replacedAt + REPLACED_EVERY_MS || pauseFor(newest) > 0;
      if (flight === undefined && isTooSoon) return undefined;
      if (flight === undefined) replacedAt = clock();
      const got = await join(fly(newest, 'refused', false), signals);
      return got?.value === refused.value ? undefined : got;
    },

    state: () => ({ scope, resource, expiresAt: held?.expiresAt, problem: failure?.error }),

    clear() {
      isForgotten = true;
      held?.release();
      held = undefined;
    },
  };
}
