import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { Numbered } from '../numbered.ts';
import { ownThread } from '../own-files.ts';
import { inOneTurn } from './one-turn.ts';
import { StorageUnavailable } from './storage-errors.ts';
import { resultOf, type Told } from './told.ts';

/** What a thread is given when it starts. */
export type ThreadOf = { readonly file: string };

/** What is asked in one turn. */
export type Questions<Question> = { readonly number: number; readonly questions: readonly Question[] };

const Failed = z.enum(['conflict', 'unavailable', 'failed']);
/** What became of each, in their order. */
const Answers = z.object({
  number: z.int(),
  answers: z.array(
    z.union([
      z.object({ outcome: z.literal('done'), result: z.unknown() }),
      z.object({ outcome: Failed, message: z.string() }),
    ]),
  ),
});

/** More in one message would keep the thread from answering any of them for long. */
const MOST_AT_ONCE = 1_000;

/** Of a thread, whose objects die with the answer: left alone it grows to 32 MiB of garbage under load, and keeps them. */
const YOUNG_GENERATION_MB = 6;

type Asked = PromiseWithResolvers<readonly Told<unknown>[]>;

/**
 * A thread that works on an SQLite file beside this one. It starts with the first question, and again with the next where
 * it ended; it does not keep the process alive.
 */
export class SqliteThread<Question> {
  readonly #file: string;
  readonly #program: string;
  readonly #name: string;
  /** What is not answered yet. */
  readonly #asked = new Numbered<Asked>();
  #worker: Worker | undefined;
  #isClosed = false;
  readonly #tell = inOneTurn((questions: readonly Question[]) => this.#askAll(questions), MOST_AT_ONCE);

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
    return resultOf(await this.#tell(question));
  }

  /** Ends it; what was asked is not answered. */
  async terminate(): Promise<void> {
    this.#isClosed = true;
    await turn();
    await this.#worker?.terminate();
  }

  /** Ends it once everything that was asked is answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // What was asked for in this turn is on its way after it.
    await turn();
    await Promise.allSettled(this.#asked.all().map(({ promise }) => promise));
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.ref();
    worker.postMessage('close');
    await ended;
  }

  async #askAll(questions: readonly Question[]): Promise<readonly Told<unknown>[]> {
    const asked: Asked = Promise.withResolvers();
    const number = this.#asked.enter(asked);
    const message: Questions<Question> = { number, questions };
    try {
      this.#worker ??= this.#start();
      // While somebody waits for an answer the process has something to do.
      this.#worker.ref();
      this.#worker.postMessage(message);
    } catch (cause) {
      this.#asked.take(number);
      throw new StorageUnavailable(`${this.#file}: the thread that ${this.#name} it could not be asked`, {
        cause,
      });
    }
    return await asked.promise;
  }

  #start(): Worker {
    const of: ThreadOf = { file: this.#file };
    const worker = ownThread(this.#program, {
      workerData: of,
      name: this.#name,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    const ended = (cause: unknown) => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const { reject } of this.#asked.takeAll()) {
        reject(new StorageUnavailable(`${this.#file}: the thread that ${this.#name} it ended`, { cause }));
      }
    };
    worker.on('message', (message) => {
      const { number, answers } = Answers.parse(message);
      this.#asked.take(number)?.resolve(answers);
      if (this.#asked.isEmpty) worker.unref();
    });
    // What is asked once one of them was told goes to another thread, so that both may end what was asked before.
    worker.once('error', ended);
    worker.once('exit', () => {
      if (this.#worker === worker) ended(undefined);
    });
    return worker;
  }
}
