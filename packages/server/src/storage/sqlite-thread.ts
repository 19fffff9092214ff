import type { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { ownThread } from '../own-files.ts';
import { StorageUnavailable } from './storage-errors.ts';
import { resultOf, type Told } from './told.ts';

/** What a thread is given when it starts. */
export type ThreadOf = { readonly file: string };

/** What is asked in one turn; the answer to each has the same number. */
export type Questions<Question> = readonly { readonly number: number; readonly question: Question }[];

const Failed = z.enum(['conflict', 'unavailable', 'failed']);
const Answers = z.array(
  z.object({
    number: z.int(),
    told: z.union([
      z.object({ outcome: z.literal('done'), result: z.unknown() }),
      z.object({ outcome: Failed, message: z.string() }),
    ]),
  }),
);

type Asked = PromiseWithResolvers<unknown>;

/**
 * A thread that works on an SQLite file beside this one. It starts with the first question, and again with the next where
 * it ended; it does not keep the process alive.
 */
export class SqliteThread<Question> {
  readonly #file: string;
  readonly #program: string;
  readonly #name: string;
  readonly #asked = new Map<number, Asked>();
  #unsent: { readonly number: number; readonly question: Question }[] = [];
  #worker: Worker | undefined;
  #number = 0;
  #isClosed = false;

  /**
   * @param program of ours, from the root of the sources, without its extension
   * @param name what it does, as an operator reads it
   */
  constructor(file: string, program: string, name: string) {
    this.#file = file;
    this.#program = program;
    this.#name = name;
  }

  /** @throws StorageConflict, StorageUnavailable: also where the thread ended meanwhile */
  async ask(question: Question): Promise<unknown> {
    if (this.#isClosed) throw new StorageUnavailable(`${this.#file}: the database is closed`);
    const number = this.#number++;
    const asked = Promise.withResolvers<unknown>();
    this.#asked.set(number, asked);
    if (this.#unsent.length === 0) setImmediate(() => this.#send());
    this.#unsent.push({ number, question });
    return await asked.promise;
  }

  /** Ends it; what was asked is not answered. */
  async terminate(): Promise<void> {
    this.#isClosed = true;
    this.#send();
    await this.#worker?.terminate();
  }

  /** Ends it once everything that was asked is answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#asked.values()].map(({ promise }) => promise));
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.ref();
    worker.postMessage('close');
    await ended;
  }

  #send(): void {
    const questions: Questions<Question> = this.#unsent;
    this.#unsent = [];
    if (questions.length === 0) return;
    try {
      this.#worker ??= this.#start();
      // While somebody waits for an answer the process has something to do.
      this.#worker.ref();
      this.#worker.postMessage(questions);
    } catch (cause) {
      const why = `${this.#file}: the thread that ${this.#name} it could not be asked`;
      for (const { number } of questions)
        this.#settle(number)?.reject(new StorageUnavailable(why, { cause }));
    }
  }

  #settle(number: number): Asked | undefined {
    const asked = this.#asked.get(number);
    this.#asked.delete(number);
    return asked;
  }

  #answered(number: number, told: Told<unknown>): void {
    const asked = this.#settle(number);
    try {
      asked?.resolve(resultOf(told));
    } catch (error) {
      asked?.reject(error);
    }
  }

  #start(): Worker {
    const of: ThreadOf = { file: this.#file };
    const worker = ownThread(this.#program, { workerData: of, name: this.#name });
    const ended = (cause: unknown) => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const { reject } of this.#asked.values()) {
        reject(new StorageUnavailable(`${this.#file}: the thread that ${this.#name} it ended`, { cause }));
      }
      this.#asked.clear();
    };
    worker.on('message', (message) => {
      for (const { number, told } of Answers.parse(message)) this.#answered(number, told);
      if (this.#asked.size === 0) worker.unref();
    });
    // What is asked once one of them was told goes to another thread, so that both may end what was asked before.
    worker.once('error', ended);
    worker.once('exit', () => {
      if (this.#worker === worker) ended(undefined);
    });
    return worker;
  }
}
