import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Row } from './place.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** The page that shows the tables and snippets. */
export const CLIENTS_DOCUMENT = join(ROOT, 'docs/clients.md');

/** Pages that show snippets alone. */
export const SERVICES_DOCUMENT = join(ROOT, 'docs/service-to-service.md');
export const RESOURCE_SERVERS_DOCUMENT = join(ROOT, 'docs/resource-servers-in-other-languages.md');

/** A row and how it ended. */
export type Outcome = { readonly row: Row; readonly error: string | undefined };

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The table of one language, Markdown. It holds nothing that differs from run to run. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ row, error }) => {
    const cells = [row.program, row.version, `\`${row.method}\``, row.flow, error ? 'fails' : 'works'];
    return `| ${[...cells, row.note ?? ''].map(cell).join(' | ')} |`;
  });
  return [
    '| program | version | authenticates by | does | | |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

/**
 * The document with a language's table in its place.
 * @throws Error when the document has no place for it
 */
export function withTable(text: string, language: string, table: string): string {
  const begin = `<!-- table: ${language} -->\n`;
  const from = text.indexOf(begin);
  const to = text.indexOf('<!-- end of table -->', from);
  if (from < 0 || to < 0) throw new Error(`docs/clients.md has no table of ${language}`);
  return text.slice(0, from + begin.length) + table + text.slice(to);
}

const SNIPPET = /<!-- snippet: (\S+) (\S+) -->\n```(\w*)\n.*?```\n/gs;

/** Files and names of the snippets that the document shows. */
export const snippetsIn = (text: string): readonly { readonly file: string; readonly name: string }[] =>
  Array.from(text.matchAll(SNIPPET), ([, file = '', name = '']) => ({ file, name }));

/**
 * The document with every snippet as it stands in the file that runs.
 * @throws Error when a file has no such snippet
 */
export const withSnippets = (text: string): string =>
  text.replaceAll(SNIPPET, (_, file: string, name: string, language: string) => {
    const snippet = snippetOf(readFileSync(join(ROOT, file), 'utf8'), name);
    if (snippet === undefined) throw new Error(`${file} has no snippet ${name}`);
    return `<!-- snippet: ${file} ${name} -->\n\`\`\`${language}\n${snippet}\`\`\`\n`;
  });

/**
 * The lines between one that ends with `snippet: NAME` and the next with `end of snippet`, whatever the comment's
 * signs, without their common indentation.
 */
export function snippetOf(source: string, name: string): string | undefined {
  const lines = source.split('\n');
  const isBegin = (line: string) => line.replace(/\s*(?:-->|\*\/)\s*$/, '').endsWith(` snippet: ${name}`);
  const from = lines.findIndex(isBegin);
  const to = lines.findIndex((line, index) => index > from && line.includes('end of snippet'));
  if (from < 0 || to < 0) return undefined;
  const body = lines.slice(from + 1, to);
  const indents = body.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return body.map((line) => `${line.slice(indent)}\n`).join('');
}
