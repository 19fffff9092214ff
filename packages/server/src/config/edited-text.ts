import { isDeepStrictEqual } from 'node:util';
import { valueAt, withValueAt } from './deployment.ts';
import { toml } from './deployment-template.ts';
import { type Block, blocksOf, type Statement } from './repeated-tables.ts';
import { NotToml, type Path, readToml, type Table } from './toml-source.ts';

/** A value as a setting has it. */
export type SettingValue = string | number | boolean | readonly (string | number | boolean)[];

/** One key that is to have another value; `undefined` takes it out, so that its default holds. */
export type Edit = { readonly path: Path; readonly value: SettingValue | undefined };

/** Thrown where a document is written in a way in which one key cannot be changed alone; the message says why. */
export class CannotEdit extends Error {
  override readonly name = 'CannotEdit';
  readonly path: Path;

  constructor(path: Path, why: string, cause?: unknown) {
    super(why, { cause });
    this.path = path;
  }
}

/**
 * A document with other values for some of its keys, and everything else as it was: comments, order, white space. A key
 * that is not set yet is written below the comment that shows its default, where there is one.
 * @throws CannotEdit, NotToml
 */
export function editedText(text: string, edits: readonly Edit[]): string {
  return edits.reduce(withEdit, text);
}

/** Tables of the parser have no prototype, those made here have one. */
const isSame = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(structuredClone(one), structuredClone(other));

function withEdit(text: string, edit: Edit): string {
  const before = readToml(text).table;
  const wanted = withValueAt(before, edit.path, edit.value);
  if (isSame(valueAt(before, edit.path), edit.value)) return text;
  for (const candidate of candidates(text, edit)) {
    // Whatever a document looks like: what is written says this, and nothing else differently.
    if (isSame(tableOf(candidate), wanted)) return candidate;
  }
  throw new CannotEdit(
    edit.path,
    'is written in a way in which it cannot be changed alone, in braces for instance; change it in the file',
  );
}

function tableOf(text: string): Table | undefined {
  try {
    return readToml(text).table;
  } catch (error) {
    if (!(error instanceof NotToml)) throw error;
    return undefined;
  }
}

/** The ways to make the change, the nicest first. */
function* candidates(text: string, { path, value }: Edit): Generator<string> {
  const blocks = blocksOf(text);
  const places = placesOf(blocks, path);
  if (value === undefined) {
    yield places.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
    return;
  }
  const last = places.at(-1);
  if (last !== undefined) {
    const { from, to } = valueRange(text, last);
    yield text.slice(0, from) + toml(value) + text.slice(to);
    return;
  }
  const section = path.slice(0, -1);
  const line = `${String(path.at(-1))} = ${toml(value)}${newline(text)}`;
  const name = JSON.stringify(section);
  for (const block of blocks) {
    if (block.path === name && block.kind !== 'root') yield inserted(text, placeIn(text, block, path), line);
  }
  if (section.some((step) => typeof step === 'number')) return;
  yield* withHeader(text, section, path, line);
}

/** The statements that give the key, in the order of the document: of several the last one counts. */
function placesOf(blocks: readonly Block[], path: Path): readonly Statement[] {
  return blocks.flatMap((block) => {
    const within: unknown = JSON.parse(block.path);
    return block.values.filter(({ names }) =>
      isDeepStrictEqual([...(Array.isArray(within) ? within : []), ...names], path),
    );
  });
}

const newline = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** Puts a line at a place where one begins; at the end of a text whose last line has no end, after one. */
function inserted(text: string, at: number, lines: string): string {
  const before = text.slice(0, at);
  const needsEnd = before !== '' && !before.endsWith('\n');
  return `${before}${needsEnd ? newline(text) : ''}${lines}${text.slice(at)}`;
}

const escaped = (literal: string): string => literal.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** After the end of the line that matches, between two places. */
function afterLine(text: string, from: number, to: number, pattern: RegExp): number | undefined {
  const found = pattern.exec(text.slice(from, to));
  return found === null ? undefined : from + found.index + found[0].length;
}

/** Where a key is written in its table: below the comment that shows it, else after the others. */
function placeIn(text: string, { body, end, values }: Block, path: Path): number {
  const shown = new RegExp(
    String.raw`^[ \t]*#[ \t]*${escaped(String(path.at(-1)))}[ \t]*=[^\n]*(?:\n|$)`,
    'm',
  );
  return afterLine(text, body, end, shown) ?? values.at(-1)?.end ?? body;
}

/** Where there is no such table: its header that is a comment becomes one, else it is written at the end. */
function* withHeader(text: string, section: Path, path: Path, line: string): Generator<string> {
  const header = `[${section.join('.')}]`;
  const commented = new RegExp(String.raw`^[ \t]*#[ \t]*${escaped(header)}[ \t]*(?=\r?(?:\n|$))`, 'm');
  const found = commented.exec(text);
  if (found !== null) {
    const opened = text.slice(0, found.index) + header + text.slice(found.index + found[0].length);
    const block = blocksOf(opened).find(({ start, end }) => start <= found.index && found.index < end);
    if (block !== undefined) yield inserted(opened, placeIn(opened, block, path), line);
  }
  const gap = text.trim() === '' ? '' : newline(text);
  yield inserted(text, text.length, `${gap}${header}${newline(text)}${line}`);
}

/** The value of a statement, without what stands before and behind it on its lines. */
function valueRange(text: string, { start, end }: Statement): { readonly from: number; readonly to: number } {
  const statement = text.slice(start, end);
  const from = start + afterEquals(statement);
  return { from, to: start + trimmedEnd(statement, from - start) };
}

function afterEquals(statement: string): number {
  const key = /^[ \t]*(?:[A-Za-z0-9_.\- \t]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')+=[ \t]*/.exec(statement);
  return key?.[0].length ?? 0;
}

/** The end of a value: before the comment behind it, and the white space before that. */
function trimmedEnd(statement: string, from: number): number {
  let depth = 0;
  let at = from;
  let last = from;
  while (at < statement.length) {
    const character = statement.charAt(at);
    if (character === '#') {
      if (depth === 0) break;
      const lineEnd = statement.indexOf('\n', at);
      at = lineEnd < 0 ? statement.length : lineEnd;
      continue;
    }
    if (character === '\n' && depth === 0) break;
    if (character === '"' || character === "'") {
      at = quotedEnd(statement, at, character);
      last = at;
      continue;
    }
    if ('[{'.includes(character)) depth++;
    if (']}'.includes(character)) depth--;
    at++;
    if (!/\s/.test(character)) last = at;
  }
  return last;
}

function quotedEnd(text: string, start: number, quote: string): number {
  const closing = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  let at = start + closing.length;
  while (at < text.length && !text.startsWith(closing, at)) at += quote === '"' && text[at] === '\\' ? 2 : 1;
  at += closing.length;
  while (closing.length === 3 && text[at] === quote) at++;
  return at;
}

/** One place where a document became another: the lines that went and those that came. */
export type ChangedLines = {
  /** Where the place begins in the later document, counted from 1. */
  readonly line: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
};

/** The lines in which two documents differ, by the longest run they have in common. */
export function changedLines(before: string, after: string): readonly ChangedLines[] {
  const old = before.split(/\r?\n/);
  const now = after.split(/\r?\n/);
  const places: ChangedLines[] = [];
  let from = 0;
  let to = 0;
  while (from < old.length || to < now.length) {
    if (from < old.length && to < now.length && old[from] === now[to]) {
      from++;
      to++;
      continue;
    }
    const { removed, added } = untilEqual(old.slice(from), now.slice(to));
    places.push({
      line: to + 1,
      removed: old.slice(from, from + removed),
      added: now.slice(to, to + added),
    });
    from += removed;
    to += added;
  }
  return places;
}

/** How many lines of each go by until both go on the same: the fewest, and as many of the one as of the other where that will do. */
function untilEqual(
  old: readonly string[],
  now: readonly string[],
): { readonly removed: number; readonly added: number } {
  const most = old.length + now.length;
  for (let sum = 1; sum <= most; sum++) {
    for (let removed = 0; removed <= sum; removed++) {
      const added = sum - removed;
      if (removed > old.length || added > now.length) continue;
      const isEnd = removed === old.length && added === now.length;
      const isSame =
        removed < old.length &&
        added < now.length &&
        old.slice(removed, removed + 2).every((line, index) => line === now[added + index]);
      if (isEnd || isSame) return { removed, added };
    }
  }
  return { removed: old.length, added: now.length };
}
