import { readFile, stat } from 'node:fs/promises';

/** What a look at a file came to, when there is something to say. */
export type FileReport<T> =
  | { readonly outcome: 'applied'; readonly value: T; readonly previous: T }
  | { readonly outcome: 'kept-last-good'; readonly error: Error };

export type LiveFileOptions<T> = {
  /** Turns the whole content into a value; throws when it is half-written or wrong. */
  readonly parse: (bytes: Uint8Array) => T | Promise<T>;
  readonly onReport: (report: FileReport<T>) => void;
};

/** Thrown when a file is there but has no content: half-written, whatever its format would allow. */
export class EmptyFile extends Error {
  override readonly name = 'EmptyFile';
}

type Seen = { readonly state: string; readonly settled: boolean };

/**
 * A file whose parsed content follows the file. It asks for the file's state rather than being told of changes:
 * that works the same for editors that rename, for mounted secrets, and over NFS.
 */
export class LiveFile<T> {
  readonly file: string;
  readonly #options: LiveFileOptions<T>;
  #bytes: Uint8Array;
  #value: T;
  #seen: Seen;
  /** The message of the error last reported, while the content is not usable. */
  #broken: string | undefined;
  #looking: Promise<void> | undefined;

  private constructor(file: string, options: LiveFileOptions<T>, bytes: Uint8Array, value: T, state: string) {
    this.file = file;
    this.#options = options;
    this.#bytes = bytes;
    this.#value = value;
    this.#seen = { state, settled: true };
  }

  /**
   * Reads and parses the file.
   * @throws whatever reading or parsing throws
   */
  static async open<T>(file: string, options: LiveFileOptions<T>): Promise<LiveFile<T>> {
    // The state is taken before the content: a write in between is then seen as a change.
    const state = await stateOf(file);
    const bytes = await contentOf(file);
    return new LiveFile(file, options, bytes, await options.parse(bytes), state);
  }

  /** The last good value. */
  get current(): T {
    return this.#value;
  }

  /**
   * Looks at the file once. A change is taken up at the first look that finds the file as the look before
   * left it, so that a file being written is left alone until it rests.
   */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const state = await stateOf(this.file);
    const rests = state === this.#seen.state;
    // What is broken is tried again: the cause may lie in another file that has been mended since.
    if (rests && this.#seen.settled && this.#broken === undefined) return;
    this.#seen = { state, settled: rests };
    if (rests) await this.#take(state);
  }

  async #take(state: string): Promise<void> {
    const report = await this.#read(state).catch((cause: unknown): FileReport<T> | undefined => {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      if (this.#broken === error.message) return undefined;
      this.#broken = error.message;
      return { outcome: 'kept-last-good', error };
    });
    if (report) this.#options.onReport(report);
  }

  async #read(state: string): Promise<FileReport<T> | undefined> {
    const bytes = await contentOf(this.file);
    if ((await stateOf(this.file)) !== state) {
      this.#seen = { state: '', settled: false };
      return undefined;
    }
    const same = Buffer.compare(bytes, this.#bytes) === 0;
    if (same && this.#broken === undefined) return undefined;
    const previous = this.#value;
    this.#value = same ? previous : await this.#options.parse(bytes);
    this.#bytes = bytes;
    this.#broken = undefined;
    return { outcome: 'applied', value: this.#value, previous };
  }
}

/** Everything `stat` tells that changes when a file is written, replaced or removed. */
async function stateOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function contentOf(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  if (bytes.length === 0) throw new EmptyFile(`${file} is empty`);
  return new Uint8Array(bytes);
}
