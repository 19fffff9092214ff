import { parse, TomlError } from 'smol-toml';
import { AmbiguousKey, type JoinedText, joinRepeatedTables } from './repeated-tables.ts';

/** A place in a file; lines and columns count from 1, columns in UTF-16 units as editors do. */
export type Position = { readonly line: number; readonly column: number };

/** Names and list positions from the root of a document to one of its values. */
export type Path = readonly (string | number)[];

export type Table = Readonly<Record<string, unknown>>;

/** Thrown when text is not TOML 1.0; the message says what is wrong, without the place. */
export class NotToml extends Error {
  override readonly name = 'NotToml';
  readonly position: Position;

  constructor(message: string, position: Position, cause: unknown) {
    super(message, { cause });
    this.position = position;
  }
}

/** A parsed document and the places of its keys and values. */
export type TomlSource = {
  readonly table: Table;
  /** Where a key stands, its header for a table, or the nearest key or header around it. */
  keyPosition(path: Path): Position;
  /** Where a value stands; the key where a value has no place of its own. */
  valuePosition(path: Path): Position;
  /** Whether the document names this path. */
  has(path: Path): boolean;
};

/**
 * Parses TOML and remembers where everything stands. A table that stands in the document again joins the
 * earlier one, and the later value of a key wins, so that settings can be appended to a file as a manual
 * prints them.
 * @throws NotToml
 */
export function readToml(text: string): TomlSource {
  const asWritten: JoinedText = { text, offsetAsWritten: (offset) => offset };
  try {
    return sourceOf(text, asWritten);
  } catch (error) {
    if (!(error instanceof NotToml)) throw error;
    const joined = joinedTables(text);
    if (joined === undefined) throw error;
    return sourceOf(text, joined);
  }
}

/** @throws NotToml */
function joinedTables(text: string): JoinedText | undefined {
  try {
    return joinRepeatedTables(text);
  } catch (cause) {
    if (!(cause instanceof AmbiguousKey)) throw cause;
    throw new NotToml(cause.message, positionOf(cause.offset, text), cause);
  }
}

function positionOf(offset: number, text: string): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function offsetOf({ line, column }: Position, text: string): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((offset, { length }) => offset + length + 1, 0) + column - 1;
}

/** @throws NotToml */
function sourceOf(text: string, document: JoinedText): TomlSource {
  let table: Table;
  try {
    table = parse(document.text, { unsafeKeyBehaviour: 'throw' });
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const message = cause.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? '';
    const offset = offsetOf({ line: cause.line, column: cause.column }, document.text);
    throw new NotToml(message, positionOf(document.offsetAsWritten(offset), text), cause);
  }
  let located: Located | undefined;
  // Where things stand is asked of a file in which something is wrong; every command reads it.
  const places = (): Located => {
    located ??= new Locator(document.text).locate();
    return located;
  };
  const nearest = (of: keyof Located, path: Path): number | undefined => {
    const { keys, [of]: offsets } = places();
    for (let length = path.length; length > 0; length--) {
      const name = JSON.stringify(path.slice(0, length));
      const offset = length === path.length ? (offsets.get(name) ?? keys.get(name)) : keys.get(name);
      if (offset !== undefined) return offset;
    }
    return undefined;
  };
  const position = (offset: number | undefined): Position => {
    if (offset === undefined) return { line: 1, column: 1 };
    return positionOf(document.offsetAsWritten(offset), text);
  };
  return {
    table,
    keyPosition: (path) => position(nearest('keys', path)),
    valuePosition: (path) => position(nearest('values', path)),
    has: (path) => places().keys.has(JSON.stringify(path)),
  };
}

/** The offsets of keys and values, by their paths in JSON. */
type Located = {
  readonly keys: ReadonlyMap<string, number>;
  readonly values: ReadonlyMap<string, number>;
};

/**
 * Finds the offset of every key and value of a document that is known to be valid, which is what
 * lets it skip over everything that is not a bracket, a quote, a comma or a key. It stands beside smol-toml
 * because the parsers that offer a tree with places put a missing value on the line after its key, and offer
 * no tree where a table stands twice or anything is wrong.
 */
class Locator {
  readonly #text: string;
  readonly #keys = new Map<string, number>();
  readonly #values = new Map<string, number>();
  /** How many tables each `[[list]]` has so far. */
  readonly #lengths = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  locate(): Located {
    let prefix: Path = [];
    for (this.#skipBlank(); this.#at < this.#text.length; this.#skipBlank()) {
      if (this.#text.startsWith('[[', this.#at)) prefix = this.#header(2);
      else if (this.#text[this.#at] === '[') prefix = this.#header(1);
      else this.#keyAndValue(prefix);
    }
    return { keys: this.#keys, values: this.#values };
  }

  #header(brackets: 1 | 2): Path {
    const start = this.#at;
    this.#at += brackets;
    const names = this.#keyNames().map(({ name }) => name);
    this.#at += brackets;
    let path: Path = [];
    names.forEach((name, index) => {
      path = [...path, name];
      this.#note(this.#keys, path, start);
      const list = JSON.stringify(path);
      const length = this.#lengths.get(list) ?? 0;
      if (brackets === 2 && index === names.length - 1) {
        this.#lengths.set(list, length + 1);
        path = [...path, length];
        this.#note(this.#keys, path, start);
      } else if (length > 0) {
        path = [...path, length - 1];
      }
    });
    return path;
  }

  #keyAndValue(prefix: Path): void {
    let path = prefix;
    for (const { name, offset } of this.#keyNames()) {
      path = [...path, name];
      this.#note(this.#keys, path, offset);
    }
    this.#at++;
    this.#skipBlank();
    this.#value(path);
  }

  #value(path: Path): void {
    this.#note(this.#values, path, this.#at);
    const character = this.#text[this.#at];
    if (character === '"' || character === "'") {
      this.#quoted();
    } else if (character === '[') {
      this.#between(']', (index) => {
        this.#note(this.#keys, [...path, index], this.#at);
        this.#value([...path, index]);
      });
    } else if (character === '{') {
      this.#between('}', () => this.#keyAndValue(path));
    } else {
      while (this.#at < this.#text.length && !',]}#\n\r'.includes(this.#text.charAt(this.#at))) this.#at++;
    }
  }

  #between(end: string, item: (index: number) => void): void {
    this.#at++;
    this.#skipBlank();
    for (let index = 0; this.#at < this.#text.length && this.#text[this.#at] !== end; index++) {
      item(index);
      this.#skipBlank();
      if (this.#text[this.#at] === ',') this.#at++;
      this.#skipBlank();
    }
    this.#at++;
  }

  #quoted(): string {
    const start = this.#at;
    const quote = this.#text.charAt(start);
    const closing = this.#text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
    this.#at += closing.length;
    while (this.#at < this.#text.length && !this.#text.startsWith(closing, this.#at)) {
      this.#at += quote === '"' && this.#text[this.#at] === '\\' ? 2 : 1;
    }
    this.#at += closing.length;
    // A multi-line string may end with one or two quotes of its own before the closing three.
    while (closing.length === 3 && this.#text[this.#at] === quote) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #keyNames(): readonly { readonly name: string; readonly offset: number }[] {
    const names: { name: string; offset: number }[] = [];
    for (;;) {
      this.#skipBlank();
      const offset = this.#at;
      const character = this.#text[offset];
      if (character === '"' || character === "'") {
        const [name = ''] = Object.keys(parse(`${this.#quoted()} = 0`));
        names.push({ name, offset });
      } else {
        while (/[A-Za-z0-9_-]/.test(this.#text.charAt(this.#at))) this.#at++;
        names.push({ name: this.#text.slice(offset, this.#at), offset });
      }
      this.#skipBlank();
      if (this.#text[this.#at] !== '.') return names;
      this.#at++;
    }
  }

  #skipBlank(): void {
    for (;;) {
      while (/[ \t\r\n]/.test(this.#text.charAt(this.#at))) this.#at++;
      if (this.#text[this.#at] !== '#') return;
      while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#at++;
    }
  }

  #note(offsets: Map<string, number>, path: Path, offset: number): void {
    const name = JSON.stringify(path);
    if (!offsets.has(name)) offsets.set(name, offset);
  }
}
