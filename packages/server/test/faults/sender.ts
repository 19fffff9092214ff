import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../token-client.ts';

/** What traffic came to under faults. */
export type Tally = {
  requests: number;
  /** Requests without an answer or with an error of the server's. */
  unanswered: number;
  /** Of these, answers with status 500: an error that the server did not see coming. */
  errors: number;
  /** Of these, answers with status 503: it says that it cannot just now, which is wrong where it can. */
  unavailable: number;
  /** Presented again after that, with success. */
  retried: number;
  retriesRefused: number;
  /**
   * Refused after that as they must be, because their use was committed: codes (RFC 6749 §4.1.2), a `request_uri` that
   * was decided, the token of a client that removed itself (RFC 7592 §2.3).
   */
  used: number;
  /** What was answered, and was not in force later. */
  lost: number;
  /** One secret or key that gave two different things. */
  spentTwice: number;
  /** What had to be refused and was not. */
  wronglyAccepted: number;
  /** Requests that were answered, or ended, later than {@link HUNG_MS} after they were sent. */
  hung: number;
  /** Steps that are no request of their own, such as those of a browser, and did not succeed at once: how, how often. */
  readonly stumbles: Map<string, number>;
  /** How requests that were not answered ended, and how often. */
  readonly errorKinds: Map<string, number>;
};

/** An answer that was not to be repeated any more, whether it was asked for more than once, and when it came. */
export type Final = { readonly answer: Answer; readonly wasRepeated: boolean; readonly at: number };

/** Whether what was answered at a time may be lost: nobody can know of it then. */
export type WasLost = (time: number) => boolean;

const AGAIN_MS = 100;
/** How often what did not succeed is tried once all workers are to end. */
const ATTEMPTS_AFTER_STOP = 50;

/** Milliseconds: the deadline of a request, and what a machine needs besides that does other things too. */
export const HUNG_MS = 8_000;

/** What an answer says, or how the request ended without one. */
function kindOf(outcome: Answer | Error): string {
  if (outcome instanceof Error) {
    return 'code' in outcome && typeof outcome.code === 'string' ? outcome.code : outcome.message;
  }
  const [, error] = /"error":"(\w+)"/.exec(outcome.text) ?? [];
  return `${outcome.status}${error === undefined ? '' : ` ${error}`}`;
}

const countIn = (counts: Map<string, number>, what: string) =>
  void counts.set(what, (counts.get(what) ?? 0) + 1);

const NOTES = 20;

/** What all who send count together. */
export class Count {
  readonly tally: Tally = {
    requests: 0,
    unanswered: 0,
    errors: 0,
    unavailable: 0,
    retried: 0,
    retriesRefused: 0,
    used: 0,
    lost: 0,
    spentTwice: 0,
    wronglyAccepted: 0,
    hung: 0,
    stumbles: new Map(),
    errorKinds: new Map(),
  };
  /** The first of what went wrong, in words. */
  readonly notes: string[] = [];
  stopped = false;
  /** Of two answers that differ the first is lost with these, and nothing was given twice. */
  readonly wasLost: WasLost;
  /** Whether what has no answer yet is not asked for again. */
  abandoned = false;

  constructor(wasLost: WasLost) {
    this.wasLost = wasLost;
  }

  note(what: string): void {
    if (this.notes.length < NOTES) this.notes.push(what.slice(0, 300));
  }
}

/** The part of a worker that knows how to send, whatever happens to the server. */
export class Sender {
  readonly #count: Count;
  /** How many of its requests were answered. */
  answered = 0;

  constructor(count: Count) {
    this.#count = count;
  }

  get #tally(): Tally {
    return this.#count.tally;
  }

  /**
   * Sends a request until it is answered.
   * @param well the status that counts as success
   */
  async until(send: () => Promise<Answer>, well = 200): Promise<Final> {
    for (let attempts = 1; ; attempts++) {
      this.#tally.requests++;
      const began = performance.now();
      const outcome = await send().catch((error: unknown) =>
        error instanceof Error ? error : new Error(String(error)),
      );
      const took = performance.now() - began;
      const kind = kindOf(outcome);
      if (took > HUNG_MS) {
        this.#tally.hung++;
        this.#count.note(`${kind} after ${Math.round(took)} ms`);
      }
      const answer = outcome instanceof Error ? undefined : outcome;
      if (answer && answer.status < 500) {
        this.answered++;
        if (attempts > 1 && answer.status === well) this.#tally.retried++;
        return { answer, wasRepeated: attempts > 1, at: Date.now() };
      }
      this.#tally.unanswered++;
      countIn(this.#tally.errorKinds, kind);
      if (answer?.status === 503) this.#tally.unavailable++;
      if (answer?.status === 500) {
        this.#tally.errors++;
        if (this.#tally.errors <= 3) this.#count.note(`500: ${answer.text}`);
      }
      if (this.#count.abandoned) throw new Error('abandoned');
      await delay(AGAIN_MS);
    }
  }

  /** Does what is no part of what is measured until it succeeds. */
  async eventually<T>(work: () => Promise<T>): Promise<T> {
    for (let afterStop = 0; ; ) {
      try {
        return await work();
      } catch (error) {
        countIn(this.#tally.stumbles, error instanceof Error ? kindOf(error) : String(error));
        if (this.#count.stopped) afterStop++;
        if (this.#count.abandoned || afterStop > ATTEMPTS_AFTER_STOP) throw error;
        await delay(AGAIN_MS);
      }
    }
  }

  /** Counts a refusal of what should have been answered. */
  refused(what: string, { answer, wasRepeated }: Omit<Final, 'at'>): void {
    this.#count.note(`${what}${wasRepeated ? ' again' : ''}: ${answer.status} ${answer.text}`);
    if (wasRepeated) this.#tally.retriesRefused++;
    else this.#tally.lost++;
  }

  /** Counts a refusal that is right, for the use was committed and its answer lost; or as `refused`. */
  refusedAsUsed(what: string, isUsed: boolean, final: Final): void {
    if (final.wasRepeated && isUsed) this.#tally.used++;
    else this.refused(what, final);
  }

  /** Counts what had to be refused and was not. */
  wronglyAccepted(what: string): void {
    this.#count.note(`wrongly accepted: ${what}`);
    this.#tally.wronglyAccepted++;
  }

  lost(what: string): void {
    this.#count.note(`lost: ${what}`);
    this.#tally.lost++;
  }

  /** Counts two answers to one secret or key that differ. @param at when the first was given */
  expectSame(what: string, one: unknown, other: unknown, at: number): void {
    if (isDeepStrictEqual(one, other)) return;
    this.#count.note(`${what} gave ${JSON.stringify(one)} and ${JSON.stringify(other)}`);
    if (this.#count.wasLost(at)) this.#tally.lost++;
    else this.#tally.spentTwice++;
  }
}
