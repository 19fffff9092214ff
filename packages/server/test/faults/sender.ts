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
};

/** An answer that was not to be repeated any more, and whether it was asked for more than once. */
export type Final = { readonly answer: Answer; readonly wasRepeated: boolean };

const AGAIN_MS = 100;
const NOTES = 20;

/** What all who send count together. */
export class Count {
  readonly tally: Tally = {
    requests: 0,
    unanswered: 0,
    errors: 0,
    retried: 0,
    retriesRefused: 0,
    used: 0,
    lost: 0,
    spentTwice: 0,
  };
  /** The first of what went wrong, in words. */
  readonly notes: string[] = [];
  stopped = false;

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
      const answer = await send().catch(() => undefined);
      if (answer && answer.status < 500) {
        this.answered++;
        if (attempts > 1 && answer.status === well) this.#tally.retried++;
        return { answer, wasRepeated: attempts > 1 };
      }
      this.#tally.unanswered++;
      if (answer?.status === 500) {
        this.#tally.errors++;
        if (this.#tally.errors <= 3) this.#count.note(`500: ${answer.text}`);
      }
      await delay(AGAIN_MS);
    }
  }

  /** Does what is no part of what is measured until it succeeds. */
  async eventually<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (this.#count.stopped) throw error;
        await delay(AGAIN_MS);
      }
    }
  }

  /** Counts a refusal of what should have been answered. */
  refused(what: string, { answer, wasRepeated }: Final): void {
    this.#count.note(`${what}${wasRepeated ? ' again' : ''}: ${answer.status} ${answer.text}`);
    if (wasRepeated) this.#tally.retriesRefused++;
    else this.#tally.lost++;
  }

  /** Counts a refusal that is right, for the use was committed and its answer lost; or as `refused`. */
  refusedAsUsed(what: string, isUsed: boolean, final: Final): void {
    if (final.wasRepeated && isUsed) this.#tally.used++;
    else this.refused(what, final);
  }

  lost(what: string): void {
    this.#count.note(`lost: ${what}`);
    this.#tally.lost++;
  }

  /** Counts two answers to one secret or key that differ. */
  expectSame(what: string, one: unknown, other: unknown): void {
    if (isDeepStrictEqual(one, other)) return;
    this.#count.note(`${what} gave ${JSON.stringify(one)} and ${JSON.stringify(other)}`);
    this.#tally.spentTwice++;
  }
}
