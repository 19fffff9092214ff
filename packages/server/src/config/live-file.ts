import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

/** What a look at a file came to, when there is something to say. */
export type FileReport<T> =
  | { readonly outcome: 'applied'; readonly value: T; readonly previous: T }
  | { readonly outcome: 'kept-last-good'; readonly error: Error };

export type LiveFileOptions<T> = {
  /** Turns the whole content into a value; throws when it is half-written or wrong. */
  readonly parse: (bytes: Uint8Array) => T | Promise<T>;
  /** Further files, absolute, that the value is made of where the file has this content; `parse` reads them by itself. */
  readonly beside?: (bytes: Uint8Array) => readonly string[];
  readonly onReport: (report: FileReport<T>) => void;
};

/** Thrown when a file is there but has no content: half-written, whatever its format would allow. */
export class EmptyFile extends Error {
  override readonly name = 'EmptyFile';
}

/** Files beside are small texts; of a larger one its size is enough to tell that it changed. */
const MOST_BESIDE = 1_048_576;

type Seen = { readonly state: string; readonly settled: boolean };

/**
 * A file whose parsed content follows the file. It asks for the file's state rather than being told of changes:
 * that works the same for editors that rename, for mounted secrets, whose links Kubernetes swaps, and over NFS.
 */
export class LiveFile<T> {
  readonly file: string;
  readonly #options: LiveFileOptions<T>;
  #beside: readonly string[];
  /** Of the content of the file and of those beside it. */
  #digest: string;
  #value: T;
  #seen: Seen;
  /** The error last reported, while the content is not usable. */
  #broken: Error | undefined;
  #looking: Promise<void> | undefined;

  private constructor(file: string, options: LiveFileOptions<T>, read: Content, value: T) {
    this.file = file;
    this.#options = options;
    this.#beside = read.beside;
    this.#digest = read.digest;
    this.#value = value;
    this.#seen = { state: read.state, settled: true };
  }

  /**
   * Reads and parses the file.
   * @throws whatever reading or parsing throws
   */
  static async open<T>(file: string, options: LiveFileOptions<T>): Promise<LiveFile<T>> {
    const read = await readContent(file, options.beside);
    return new LiveFile(file, options, read, await options.parse(read.bytes));
  }

  /** The last good value. */
  get current(): T {
    return this.#value;
  }

  /** Why the file cannot be used as it is now; undefined while what it holds is in force. */
  get broken(): Error | undefined {
    return this.#broken;
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
    const state = await stateOfAll([this.file, ...this.#beside]);
    const rests = state === this.#seen.state;
    // What is broken is tried again: the cause may lie in another file that has been mended since.
    if (rests && this.#seen.settled && this.#broken === undefined) return;
    this.#seen = { state, settled: rests };
    if (rests) await this.#take(state);
  }

  async #take(state: string): Promise<void> {
    const report = await this.#read(state).catch((cause: unknown): FileReport<T> | undefined => {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      if (this.#broken?.message === error.message) return undefined;
      this.#broken = error;
      return { outcome: 'kept-last-good', error };
    });
    if (report) this.#options.onReport(report);
  }

  async #read(state: string): Promise<FileReport<T> | undefined> {
    const { bytes, beside, digest, state: stateOfRead } = await readContent(this.file, this.#options.beside);
    if ((await stateOfAll([this.file, ...this.#beside])) !== state) {
      this.#seen = { state: '', settled: false };
      return undefined;
    }
    this.#beside = beside;
    this.#seen = { state: stateOfRead, settled: true };
    const same = digest === this.#digest;
    if (same && this.#broken === undefined) return undefined;
    const previous = this.#value;
    this.#value = same ? previous : await this.#options.parse(bytes);
    this.#digest = digest;
    this.#broken = undefined;
    return { outcome: 'applied', value: this.#value, previous };
  }
}

/** What was read at once. */
type Content = {
  readonly bytes: Uint8Array;
  readonly beside: readonly string[];
  readonly digest: string;
  readonly state: string;
};

/** States are taken before content: a write in between is then seen as a change. */
async function readContent<T>(file: string, besideOf: LiveFileOptions<T>['beside']): Promise<Content> {
  const own = await stateOf(file);
  const bytes = await contentOf(file);
  const beside = besideOf?.(bytes) ?? [];
  const others = await stateOfAll(beside);
  const digest = createHash('sha256').update(bytes);
  for (const other of beside) digest.update(await digestOf(other));
  const state = beside.length === 0 ? own : `${own}\n${others}`;
  return { bytes, beside, digest: digest.digest('base64'), state };
}

/** Of what cannot be read, why: `parse` meets the same and says so. */
async function digestOf(file: string): Promise<Uint8Array> {
  const hash = createHash('sha256');
  try {
    const found = await stat(file);
    if (found.isFile() && found.size <= MOST_BESIDE) return hash.update(await readFile(file)).digest();
    return hash.update(`${found.mode} ${found.size}`).digest();
  } catch (error) {
    return hash.update(error instanceof Error ? error.message : String(error)).digest();
  }
}

const stateOfAll = async (files: readonly string[]): Promise<string> =>
  (await Promise.all(files.map(stateOf))).join('\n');

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
