// For `node --test --test-global-setup`: what is done once for all suites of a run.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  MODELS_VARIABLE,
  makeModelHomes,
  PROGRAM_VARIABLE,
} from '../packages/server/test/countersign-process.ts';
import {
  SERVER_VARIABLE,
  startPostgresServer,
  type TestPostgres,
  whyNoPostgres,
} from '../packages/server/test/postgres.ts';
import { bundledProgram } from './bundled-program.ts';

const ROOT = resolve(import.meta.dirname, '..');
const PACKAGES = pathToFileURL(join(ROOT, 'packages/')).href;
const EVERY_MS = 3_000;

let server: TestPostgres | undefined;
let models: string | undefined;
let slimming: NodeJS.Timeout | undefined;

/**
 * Keeps compiled code for the many short processes of a run, makes the program they are as it is published, makes the
 * homes that those of suites are copies of, and starts one PostgreSQL server on which every suite has a database of its
 * own, unless there is one or none can be started here. Suites find what they need in the environment.
 *
 * A run that measures what it reaches runs the sources instead, and its coverage files are made small as they come in.
 */
export async function globalSetup(): Promise<void> {
  process.env.NODE_COMPILE_CACHE ??= join(ROOT, 'node_modules/.cache/countersign-tests');
  const coverage = process.env.NODE_V8_COVERAGE;
  if (coverage === undefined) process.env[PROGRAM_VARIABLE] ??= await bundledProgram();
  else slimming = setInterval(slimmer(coverage), EVERY_MS).unref();
  if (!process.env[MODELS_VARIABLE]) {
    models = await makeModelHomes();
    process.env[MODELS_VARIABLE] = models;
  }
  if (process.env[SERVER_VARIABLE] || whyNoPostgres()) return;
  server = await startPostgresServer();
  process.env[SERVER_VARIABLE] = server.url;
}

/** Ends when all suites have ended. */
export async function globalTeardown(): Promise<void> {
  clearInterval(slimming);
  await server?.stop();
  if (models !== undefined) await rm(models, { recursive: true });
}

/**
 * What a process writes about its coverage is mostly about Node and `node_modules`: megabytes, a thousand times in a
 * run. Only what is said of `packages/` is kept.
 * @returns a function that goes through the files that came in since it was called before
 */
function slimmer(folder: string): () => void {
  const done = new Set<string>();
  return () => {
    for (const name of readdirSync(folder)) {
      if (done.has(name)) continue;
      const file = join(folder, name);
      const written = whole(readFileSync(file, 'utf8'));
      // A process is still writing it.
      if (written === undefined) continue;
      const result = written.result.filter(({ url }) => url.startsWith(PACKAGES));
      writeFileSync(file, JSON.stringify({ result, timestamp: written.timestamp }));
      done.add(name);
    }
  };
}

/** The part of a coverage file that matters here. */
type CoverageFile = { readonly result: readonly { readonly url: string }[]; readonly timestamp: unknown };

function whole(text: string): CoverageFile | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
