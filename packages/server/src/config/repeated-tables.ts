import { parse } from 'smol-toml';

/** A document in which every table stands once. */
export type JoinedText = {
  readonly text: string;
  /** Where a character of `text` stands in the document as it was written. */
  offsetAsWritten(offset: number): number;
};

/** Thrown where two places of a document give one key and neither of them can be said to win. */
export class AmbiguousKey extends Error {
  override readonly name = 'AmbiguousKey';
  /** Where the later of the two stands. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A header or a `key = value`, with the end of its last line. */
export type Statement = {
  readonly kind: 'table' | 'list' | 'value';
  readonly names: readonly string[];
  readonly start: number;
  readonly end: number;
};

/** A header and everything up to the next one. */
export type Block = {
  /** The header's names, with the position in its list behind the name of each `[[list]]`. */
  readonly path: string;
  readonly kind: 'root' | 'table' | 'list';
  readonly start: number;
  /** Where the header ends and its keys begin. */
  readonly body: number;
  end: number;
  readonly values: Statement[];
};

type Segment = { readonly from: number; readonly text: string };

const NAME = String.raw`(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')`;
const NAMES = String.raw`${NAME}(?:[ \t]*\.[ \t]*${NAME})*`;
const HEADER = new RegExp(String.raw`[ \t]*(\[\[?)[ \t]*(${NAMES})[ \t]*\]\]?[^\n]*(?:\n|$)`, 'y');
const KEY = new RegExp(String.raw`[ \t]*(${NAMES})[ \t]*=`, 'y');
const LINE = /[^\n]*(?:\n|$)/y;

/**
 * Joins the tables of a document that stand in it more than once, which TOML itself forbids: settings can
 * then be appended to a file as a manual prints them. Of a key that both have, the later wins.
 * @returns `undefined` when no table stands twice
 * @throws AmbiguousKey
 */
export function joinRepeatedTables(text: string): JoinedText | undefined {
  const blocks = blocksOf(text);
  const later = new Map<Block, Block[]>();
  const first = new Map<string, Block>();
  for (const block of blocks) {
    const earlier = first.get(block.path);
    if (earlier !== undefined && earlier.kind === 'table' && block.kind === 'table') {
      later.set(earlier, [...(later.get(earlier) ?? []), block]);
    } else if (earlier === undefined) first.set(block.path, block);
  }
  const overridden = new Set<Statement>();
  for (const block of first.values()) {
    for (const statement of overriddenIn([block, ...(later.get(block) ?? [])], text)) {
      overridden.add(statement);
    }
  }
  if (later.size === 0) return undefined;
  const repeated = new Set([...later.values()].flat());
  const segments = blocks
    .filter((block) => !repeated.has(block))
    .flatMap((block) => [
      { from: block.start, text: text.slice(block.start, block.body) },
      ...bodyOf(block, overridden, text),
      ...(later.get(block) ?? []).flatMap((more) => bodyOf(more, overridden, text)),
    ]);
  return joined(segments);
}

/** The keys that later blocks of the same table give again. @throws AmbiguousKey */
function overriddenIn(blocks: readonly Block[], text: string): readonly Statement[] {
  const inForce = new Map<string, { readonly statement: Statement; readonly block: Block }>();
  const overridden: Statement[] = [];
  for (const block of blocks) {
    for (const statement of block.values) {
      const name = JSON.stringify(statement.names);
      const same = inForce.get(name);
      if (same !== undefined && same.block === block) throw ambiguous(statement, same.statement, text);
      if (same !== undefined) overridden.push(same.statement);
      for (const { statement: other, block: ofOther } of inForce.values()) {
        if (ofOther !== block && isWithin(statement.names, other.names)) {
          throw ambiguous(statement, other, text);
        }
      }
      inForce.set(name, { statement, block });
    }
  }
  return overridden;
}

/** Whether one of two different keys lies in the other, as `a.b` in `a`. */
function isWithin(one: readonly string[], other: readonly string[]): boolean {
  const shared = Math.min(one.length, other.length);
  return one.length !== other.length && one.slice(0, shared).every((name, index) => name === other[index]);
}

function ambiguous(later: Statement, earlier: Statement, text: string): AmbiguousKey {
  const key = later.names.join('.');
  const other = earlier.names.join('.');
  const line = text.slice(0, earlier.start).split('\n').length;
  const what =
    key === other ? `${key} stands twice in one table` : `${key} does not go together with ${other}`;
  const offset = later.start + (/^[ \t]*/.exec(text.slice(later.start))?.[0].length ?? 0);
  return new AmbiguousKey(`${what}; the other stands on line ${line}`, offset);
}

/** The keys of a block, on lines of their own. */
function bodyOf(block: Block, without: ReadonlySet<Statement>, text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let at = block.body;
  for (const statement of block.values) {
    if (!without.has(statement)) continue;
    segments.push({ from: at, text: text.slice(at, statement.start) });
    at = statement.end;
  }
  segments.push({ from: at, text: text.slice(at, block.end) });
  return text[block.end - 1] === '\n' ? segments : [...segments, { from: block.end, text: '\n' }];
}

function joined(segments: readonly Segment[]): JoinedText {
  const placed: { readonly at: number; readonly from: number }[] = [];
  let text = '';
  for (const segment of segments) {
    if (segment.text === '') continue;
    placed.push({ at: text.length, from: segment.from });
    text += segment.text;
  }
  return {
    text,
    offsetAsWritten(offset) {
      const segment = placed.findLast(({ at }) => at <= offset);
      return segment === undefined ? offset : segment.from + (offset - segment.at);
    },
  };
}

/** The tables of a document in their order, the keys before the first header in one of their own. */
export function blocksOf(text: string): readonly Block[] {
  let block: Block = { path: '[]', kind: 'root', start: 0, body: 0, end: 0, values: [] };
  const blocks = [block];
  const lengths = new Map<string, number>();
  for (const statement of statementsOf(text)) {
    if (statement.kind === 'value') {
      block.values.push(statement);
    } else {
      block.end = statement.start;
      const path = headerPath(statement, lengths);
      block = { path, kind: statement.kind, start: statement.start, body: statement.end, end: 0, values: [] };
      blocks.push(block);
    }
  }
  block.end = text.length;
  return blocks;
}

/** A header's names, each list among them with the table of it that is meant: the newest one. */
function headerPath({ kind, names }: Statement, lengths: Map<string, number>): string {
  let path: readonly (string | number)[] = [];
  names.forEach((name, index) => {
    path = [...path, name];
    const list = JSON.stringify(path);
    const length = lengths.get(list) ?? 0;
    if (kind === 'list' && index === names.length - 1) {
      lengths.set(list, length + 1);
      path = [...path, length];
    } else if (length > 0) path = [...path, length - 1];
  });
  return JSON.stringify(path);
}

/** The statements of a document; lines that are none, such as comments, are passed over. */
function statementsOf(text: string): readonly Statement[] {
  const statements: Statement[] = [];
  for (let at = 0; at < text.length; ) {
    const header = matchAt(HEADER, text, at);
    const key = header === null ? matchAt(KEY, text, at) : null;
    const start = at;
    if (header !== null) {
      at += header[0].length;
      const kind = header[1] === '[' ? 'table' : 'list';
      statements.push({ kind, names: namesIn(header[2] ?? ''), start, end: at });
    } else if (key !== null) {
      at = valueEnd(text, at + key[0].length);
      statements.push({ kind: 'value', names: namesIn(key[1] ?? ''), start, end: at });
    } else {
      at += matchAt(LINE, text, at)?.[0].length ?? 1;
    }
  }
  return statements;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function namesIn(dotted: string): readonly string[] {
  return Array.from(dotted.matchAll(new RegExp(NAME, 'g')), ([name]) => {
    if (!/^["']/.test(name)) return name;
    try {
      return Object.keys(parse(`${name} = 0`))[0] ?? name;
    } catch {
      // What is wrong with it is found where the whole document is parsed.
      return name;
    }
  });
}

/** The end of the line on which the value beginning at `at` ends. */
function valueEnd(text: string, at: number): number {
  let depth = 0;
  let here = at;
  while (here < text.length) {
    const character = text.charAt(here);
    if (character === '\n' && depth === 0) return here + 1;
    if (character === '#') {
      const end = text.indexOf('\n', here);
      here = end < 0 ? text.length : end;
    } else if (character === '"' || character === "'") {
      here = stringEnd(text, here, character);
    } else {
      if ('[{'.includes(character)) depth++;
      if (']}'.includes(character)) depth = Math.max(0, depth - 1);
      here++;
    }
  }
  return here;
}

function stringEnd(text: string, start: number, quote: string): number {
  const multiline = text.startsWith(quote.repeat(3), start);
  const closing = multiline ? quote.repeat(3) : quote;
  let at = start + closing.length;
  while (at < text.length && !text.startsWith(closing, at)) {
    if (!multiline && text[at] === '\n') return at;
    at += quote === '"' && text[at] === '\\' ? 2 : 1;
  }
  at += closing.length;
  // A multi-line string may end with one or two quotes of its own before the closing three.
  while (multiline && text[at] === quote) at++;
  return at;
}
