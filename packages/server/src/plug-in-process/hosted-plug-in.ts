import { isDeepStrictEqual } from 'node:util';
import type { PlugInNames, Question } from './messages.ts';
import { type CallEnd, PlugInRun, type RunOptions } from './plug-in-run.ts';

/** What the processes of plug-ins may take. */
export type PlugInLimits = Pick<RunOptions, 'memoryLimit' | 'environment' | 'loadLimit'> & {
  /** Milliseconds a call may take. */
  readonly timeLimit: number;
};

/** What happened to the process of a plug-in. */
export type PlugInReport = {
  /** @param failure why it ended or has to be replaced, and in how many milliseconds another is started */
  failed(failure: { readonly cause: string; readonly nextInMs: number; readonly serves: boolean }): void;
  /** Its process serves: the first, or another after a failure. */
  started(): void;
  printed(line: string): void;
};

/** Thrown where a plug-in was not asked, or nobody knows what became of the call: asked again it may answer. */
export class PlugInUnavailable extends Error {
  override readonly name = 'PlugInUnavailable';
}

/** Thrown where a file is loaded and exports no plug-in. */
export class ExportsNoPlugIn extends Error {
  override readonly name = 'ExportsNoPlugIn';
}

/** Calls of one plug-in at a time: what waits for one that is blocked is kept in the server's memory. */
const MOST_CALLS = 1000;
/** A process that does not react within that is blocked. */
const REACTION_MS = 1000;
/** The first restart is at once, which suits an accident; the others suit what fails always. */
const WAITS_MS = [0, 1, 2, 4, 8, 16, 32, 60].map((seconds) => seconds * 1000);
/** A process that ran for so long failed by accident. */
const STEADY_MS = 10_000;

const LATE = Symbol('late');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * A plug-in in a process of its own, which is started anew when it ends. A call past its time limit is refused, and its
 * process killed: at once where it is blocked, with every call in it; otherwise when another has taken its place and its
 * other calls have ended. Whatever becomes of the process, the server goes on.
 */
export class HostedPlugIn {
  readonly #file: string;
  readonly #limits: PlugInLimits;
  readonly #report: PlugInReport;
  /** Those whose process is there. */
  readonly #runs = new Set<PlugInRun>();
  /** The one that answers calls. */
  #run: PlugInRun | undefined;
  #since = 0;
  /** The next one, until it is loaded. */
  #starting: Promise<PlugInRun> | undefined;
  #waiting: { readonly until: number; readonly timer: NodeJS.Timeout } | undefined;
  /** In a row. */
  #failures = 0;
  #lastCause = '';
  #names: PlugInNames | undefined;
  #isExamined = false;
  #calls = 0;
  #closed = false;

  private constructor(file: string, limits: PlugInLimits, report: PlugInReport) {
    this.#file = file;
    this.#limits = limits;
    this.#report = report;
  }

  /**
   * Loads a plug-in in a process of its own.
   * @param file absolute
   * @returns the plug-in, and what the file says it is
   * @throws ExportsNoPlugIn, and Error saying why the file cannot be loaded
   */
  static async start(
    file: string,
    limits: PlugInLimits,
    report: PlugInReport,
  ): Promise<{ readonly hosted: HostedPlugIn; readonly names: PlugInNames }> {
    const hosted = new HostedPlugIn(file, limits, report);
    const run = hosted.#newRun();
    const names = await run.loaded;
    if (names === null) {
      await hosted.close();
      throw new ExportsNoPlugIn(file);
    }
    hosted.#names = names;
    hosted.#serveBy(run);
    return { hosted, names };
  }

  /**
   * Asks the plug-in. A call that its process had not begun when it ended is made once more; one that it had begun may
   * have done something, and is not.
   * @returns the verdict as it came
   * @throws PlugInUnavailable, and Error where the plug-in threw or passed its time limit
   */
  async ask(question: Question): Promise<unknown> {
    if (this.#calls >= MOST_CALLS) {
      throw new PlugInUnavailable(`${MOST_CALLS} calls of the plug-in are under way`);
    }
    this.#calls += 1;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<typeof LATE>((pass) => {
      timer = setTimeout(() => pass(LATE), this.#limits.timeLimit);
    });
    try {
      let end = await this.#askOnce(question, late);
      if (end.kind === 'lost' && !end.begun) end = await this.#askOnce(question, late);
      if (end.kind === 'answered') return end.verdict;
      throw end.kind === 'threw' ? new Error(end.message) : new PlugInUnavailable(end.cause);
    } finally {
      clearTimeout(timer);
      this.#calls -= 1;
    }
  }

  /** Ends its processes; whatever is under way is lost. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#waiting?.timer);
    await Promise.all(Array.from(this.#runs, (run) => run.end('the server stops')));
  }

  /** @throws PlugInUnavailable, and Error past the time limit */
  async #askOnce(question: Question, late: Promise<typeof LATE>): Promise<CallEnd> {
    const run = this.#run ?? (await Promise.race([this.#started(), late]));
    if (run === LATE) throw new PlugInUnavailable('the process of the plug-in is being started');
    const { end, giveUp } = run.call(question);
    const ended = await Promise.race([end, late]);
    if (ended !== LATE) return ended;
    giveUp();
    void this.#examine(run);
    throw new Error(`no verdict within ${this.#limits.timeLimit} ms`);
  }

  /** The process that is being started. @throws PlugInUnavailable */
  async #started(): Promise<PlugInRun> {
    if (this.#closed) throw new PlugInUnavailable('the server stops');
    if (this.#starting) {
      try {
        return await this.#starting;
      } catch (cause) {
        throw new PlugInUnavailable(`the plug-in cannot be started: ${messageOf(cause)}`);
      }
    }
    const seconds = Math.max(1, Math.ceil(this.#nextInMs() / 1000));
    throw new PlugInUnavailable(`the plug-in is started again in ${seconds} s: ${this.#lastCause}`);
  }

  #nextInMs(): number {
    return this.#waiting ? Math.max(0, this.#waiting.until - performance.now()) : 0;
  }

  /** Of this process a call passed its limit: the process is blocked, or the call waits for something. */
  async #examine(run: PlugInRun): Promise<void> {
    if (run !== this.#run || this.#isExamined) return;
    this.#isExamined = true;
    const isAlive = await run.isAlive(REACTION_MS);
    this.#isExamined = false;
    const cause = `a call was not answered within ${this.#limits.timeLimit} ms`;
    if (!isAlive) run.kill(`${cause}, and its process is blocked`);
    else if (run === this.#run && !this.#isReplaced()) this.#replace(cause, true);
  }

  /** Whether another process is on its way. */
  #isReplaced(): boolean {
    return this.#starting !== undefined || this.#waiting !== undefined;
  }

  #serveBy(run: PlugInRun): void {
    const replaced = this.#run;
    this.#run = run;
    this.#since = performance.now();
    replaced?.retire(this.#limits.timeLimit);
    this.#report.started();
  }

  #stopped(run: PlugInRun, cause: string): void {
    if (run !== this.#run) return;
    this.#run = undefined;
    if (this.#isReplaced()) this.#tell(cause);
    else this.#replace(cause, true);
  }

  /** Has another process take the place of one that ended, could not be loaded, or has a call that does not end. */
  #replace(cause: string, served: boolean): void {
    if (this.#closed) return;
    if (served && performance.now() - this.#since > STEADY_MS) this.#failures = 0;
    const wait = WAITS_MS[Math.min(this.#failures, WAITS_MS.length - 1)] ?? 0;
    this.#failures += 1;
    if (wait === 0) this.#startAnother();
    else {
      const timer = setTimeout(() => this.#startAnother(), wait).unref();
      this.#waiting = { until: performance.now() + wait, timer };
    }
    this.#tell(cause);
  }

  #tell(cause: string): void {
    if (this.#closed) return;
    this.#lastCause = cause;
    this.#report.failed({ cause, nextInMs: this.#nextInMs(), serves: this.#run !== undefined });
  }

  #startAnother(): void {
    this.#waiting = undefined;
    this.#starting = this.#another();
    this.#starting.then(
      (run) => {
        this.#starting = undefined;
        if (!this.#closed) this.#serveBy(run);
      },
      (error) => {
        this.#starting = undefined;
        this.#replace(messageOf(error), false);
      },
    );
  }

  /** @throws Error */
  async #another(): Promise<PlugInRun> {
    const run = this.#newRun();
    const names = await run.loaded;
    if (names !== null && isDeepStrictEqual(names, this.#names)) return run;
    const cause = 'its file has become another plug-in, or none';
    run.kill(cause);
    throw new Error(cause);
  }

  /** @throws Error where no process can be had */
  #newRun(): PlugInRun {
    const { printed } = this.#report;
    const failed = (cause: string) => this.#stopped(run, cause);
    const run = new PlugInRun(this.#file, { ...this.#limits, printed, failed });
    this.#runs.add(run);
    void run.ended.then(() => this.#runs.delete(run));
    return run;
  }
}
