import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { resolveReferences } from '../../config/references.ts';
import { printableLine } from '../../event/printable.ts';
import { Refused, UsageError } from '../run-command.ts';
import { RESOURCE_KINDS, type ResourceFile } from './resource.ts';

const ENDINGS: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);

/** What one resource takes, with twenty certificates in it, many times over. */
const MOST_BYTES = 1024 * 1024;
/** Aliases of YAML that a file may make use of: one that stands for many others is no configuration. */
const MOST_ALIASES = 100;

/** What is wrong with a file. */
export type FileProblem = {
  readonly file: string;
  readonly line?: number;
  readonly problem: string;
};

/** Thrown where files cannot be read as what they should be; all that is wrong is told, and nothing was done. */
export class InvalidFiles extends Refused {
  constructor(problems: readonly FileProblem[]) {
    const lines = problems.map(({ file, line, problem }) =>
      printableLine(`${file}${line === undefined ? '' : `:${line}`}: ${problem}`),
    );
    super(lines.join('\n'));
  }
}

const Head = z.looseObject({ kind: z.string(), name: z.string().min(1).max(400) });

const isKind = (kind: string): kind is ResourceFile['kind'] => RESOURCE_KINDS.some((known) => known === kind);

/** The files of resources in a folder and those below it, by their names below it; hidden ones are passed over. */
async function filesIn(folder: string, below = ''): Promise<readonly string[]> {
  const names: string[] = [];
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await filesIn(folder, name)));
    else if (ENDINGS.has(extname(entry.name))) names.push(name);
  }
  return names;
}

type Read =
  | { readonly resource: ResourceFile; readonly line: number }
  | { readonly problems: readonly FileProblem[] };

function parsedFile(folder: string, file: string, text: string): Read {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, schema: 'core' });
  const wrong = [...document.errors, ...document.warnings];
  const problem = (message: string, line?: number): Read => ({
    problems: [{ file, ...(line !== undefined && { line }), problem: message }],
  });
  if (wrong.length > 0) {
    return {
      problems: wrong.map(({ message, linePos }) => ({
        file,
        ...(linePos && { line: linePos[0].line }),
        problem: message.split(/ at line \d+/)[0] ?? message,
      })),
    };
  }
  if (!isMap(document.contents))
    return problem('is no resource: it has kind, name, and what else there is to say');
  const lineOf = (path: readonly (string | number)[]): number | undefined => {
    const found = path.length === 0 ? document.contents : document.getIn(path, true);
    const range = typeof found === 'object' && found !== null && 'range' in found ? found.range : undefined;
    return Array.isArray(range) ? counter.linePos(Number(range[0])).line : undefined;
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    return problem(error instanceof Error ? error.message : 'cannot be read');
  }
  const head = Head.safeParse(value);
  if (!head.success) {
    const [issue] = head.error.issues;
    return problem(
      `${issue?.path.join('.')} is missing or no name: kind and name say what it is`,
      lineOf([]),
    );
  }
  const { kind, name, ...body } = head.data;
  if (!isKind(kind))
    return problem(
      `kind is one of ${RESOURCE_KINDS.join(', ')}, not ${JSON.stringify(kind)}`,
      lineOf(['kind']),
    );
  const resolved = resolveReferences(body, { environment: process.env, home: dirname(join(folder, file)) });
  if (resolved.problems.length > 0) {
    return {
      problems: resolved.problems.map(({ path, message }) => {
        const line = lineOf(path);
        return { file, ...(line !== undefined && { line }), problem: `${path.join('.')} ${message}` };
      }),
    };
  }
  const written = new Map<string, string>();
  for (const [path, text] of resolved.written) {
    const [member] = z.array(z.union([z.string(), z.number()])).parse(JSON.parse(path));
    if (member !== undefined) written.set(String(member), text);
  }
  return { resource: { kind, name, file, body: resolved.table, written }, line: lineOf(['name']) ?? 1 };
}

async function readOne(folder: string, file: string): Promise<Read> {
  const path = join(folder, file);
  const found = await stat(path);
  if (!found.isFile()) return { problems: [{ file, problem: 'is no file' }] };
  if (found.size > MOST_BYTES)
    return {
      problems: [{ file, problem: `has ${found.size} bytes; one resource has ${MOST_BYTES} at most` }],
    };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    return parsedFile(folder, file, text);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { problems: [{ file, problem: 'is not UTF-8 text' }] };
  }
}

/**
 * Reads the resources of a folder, one a file, in YAML or JSON, with `$env{NAME}` and `$file{PATH}` replaced; a path is
 * relative to the folder of the file that has it.
 * @throws InvalidFiles, UsageError
 */
export async function readFolder(folder: string): Promise<readonly ResourceFile[]> {
  const files = await filesIn(folder).catch((error: Error) => {
    throw new UsageError(`cannot read the folder ${folder}: ${error.message}`);
  });
  const problems: FileProblem[] = [];
  const resources: ResourceFile[] = [];
  for (const file of files) {
    const read = await readOne(folder, file);
    if ('problems' in read) problems.push(...read.problems);
    else resources.push(read.resource);
  }
  if (problems.length > 0) throw new InvalidFiles(problems);
  return resources;
}
