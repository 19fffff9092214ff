// Tries the server with clients as their authors made them, and writes down which work:
//   npm run interop [-- --only JavaScript,Go] [--program TEXT] [--slow] [--write] [--snippets]
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import {
  CLIENTS_DOCUMENT,
  type Outcome,
  RESOURCE_SERVERS_DOCUMENT,
  SERVICES_DOCUMENT,
  tableOf,
  withSnippets,
  withTable,
} from './clients-document.ts';
import { LANGUAGES, SLOW_LANGUAGES } from './languages.ts';
import type { Language, Row } from './place.ts';
import { type Server, startServer } from './server.ts';

const ROW_MS = 30_000;

const { values: options } = parseArgs({
  options: {
    /** Languages by name, separated by commas. */
    only: { type: 'string' },
    /** Rows whose program has this in its name; the document is left alone. */
    program: { type: 'string' },
    slow: { type: 'boolean', default: false },
    /** Write tables and snippets into the document, instead of comparing. */
    write: { type: 'boolean', default: false },
    /** Write the snippets into the document and run nothing. */
    snippets: { type: 'boolean', default: false },
  },
});

const print = (line: string) => process.stdout.write(`${line}\n`);
const seconds = (began: number) => `${((performance.now() - began) / 1_000).toFixed(1)} s`;
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const indented = (text: string) => text.trimEnd().replaceAll(/^/gm, '      ');

async function tryRow(row: Row, server: Server): Promise<string | undefined> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), ROW_MS);
  const late = new Promise<never>((_, fail) => {
    over.signal.addEventListener('abort', () => fail(new Error(`took longer than ${ROW_MS / 1_000} s`)));
  });
  try {
    const place = await server.place(over.signal);
    await Promise.race([row.run(place), late]);
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    clearTimeout(timer);
  }
}

async function tryLanguage(language: Language, server: Server): Promise<readonly Outcome[]> {
  let began = performance.now();
  await language.build();
  print(`${language.name}, built in ${seconds(began)}`);
  const outcomes: Outcome[] = [];
  for (const row of await language.rows()) {
    if (options.program !== undefined && !row.program.includes(options.program)) continue;
    began = performance.now();
    const printed = server.output().length;
    const error = await tryRow(row, server);
    outcomes.push({ row, error });
    const { program, version, method, flow } = row;
    const line = `${program} ${version}, ${method}, ${flow} (${seconds(began)})`;
    print(error === undefined ? `  works  ${line}` : `  FAILS  ${line}\n${indented(error)}`);
    if (error !== undefined) print(indented(server.output().slice(printed)));
  }
  return outcomes;
}

/** Writes a document, or says that it is out of date. */
async function settle(document: string, edit: (text: string) => string): Promise<void> {
  const before = await readFile(document, 'utf8');
  const after = withSnippets(edit(before));
  if (after === before) return;
  if (options.write || options.snippets) await writeFile(document, after);
  else print(`docs/${basename(document)} is out of date: npm run interop -- --write`);
}

/** Settles the tables, and the snippets wherever they are shown. */
async function settleDocuments(edit: (text: string) => string): Promise<void> {
  await settle(CLIENTS_DOCUMENT, edit);
  for (const document of [SERVICES_DOCUMENT, RESOURCE_SERVERS_DOCUMENT])
    await settle(document, (text) => text);
}

async function tryAll(): Promise<void> {
  const only = options.only?.split(',');
  const all = options.slow ? SLOW_LANGUAGES : LANGUAGES;
  const began = performance.now();
  const tried = new Map<string, readonly Outcome[]>();
  const skipped: string[] = [];
  {
    await using server = await startServer();
    for (const language of all) {
      if (only && !only.includes(language.name)) continue;
      const missing = await language.missing();
      if (missing === undefined) tried.set(language.name, await tryLanguage(language, server));
      else {
        print(`${language.name}: skipped, ${missing}`);
        skipped.push(language.name);
      }
    }
  }
  if (options.program === undefined) {
    await settleDocuments((text) =>
      Array.from(tried).reduce((edited, [name, rows]) => withTable(edited, name, tableOf(rows)), text),
    );
  }
  const outcomes = Array.from(tried.values()).flat();
  const failed = outcomes.filter(({ error }) => error !== undefined).length;
  print(`\nin ${seconds(began)}, builds included`);
  print(`${outcomes.length - failed} passed, ${failed} failed, ${skipped.length} skipped`);
  // Where everything is to be tried, a toolchain that is missing is a failure.
  if (failed > 0 || (skipped.length > 0 && process.env.CI === 'true')) process.exitCode = 1;
}

// What was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

if (options.snippets) await settleDocuments((text) => text);
else await tryAll();
