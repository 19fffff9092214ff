import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { runProgram } from '../countersign-process.ts';
import { eventually } from '../eventually.ts';
import { missingProgram } from '../installed-program.ts';
import { call } from '../token-client.ts';

/** The first time Go fetches two modules and compiles them. */
const BUILD_MS = 300_000;

const Values = z.record(z.string(), z.unknown());
const Span = z.object({
  kind: z.literal('span'),
  resource: Values,
  scope: z.string(),
  trace_id: z.string(),
  span_id: z.string(),
  parent_span_id: z.string(),
  trace_state: z.string(),
  name: z.string(),
  span_kind: z.string(),
  status: z.string(),
  nanoseconds: z.number(),
  attributes: Values,
});
const Point = z.object({
  attributes: z.record(z.string(), z.string()),
  value: z.string().transform(Number).optional(),
  count: z.number().optional(),
  sum: z.number().optional(),
  bounds: z.array(z.number()).optional(),
  counts: z.array(z.number()).optional(),
});
const Metric = z.object({
  kind: z.literal('metric'),
  resource: Values,
  name: z.string(),
  description: z.string(),
  unit: z.string(),
  type: z.string(),
  monotonic: z.boolean().optional(),
  temporality: z.string().optional(),
  points: z.array(Point).default([]),
});
const Line = z.discriminatedUnion('kind', [
  Span,
  Metric,
  z.object({ kind: z.literal('listening'), port: z.number() }),
  z.object({ kind: z.literal('request'), path: z.string(), api_key: z.string(), user_agent: z.string() }),
  z.object({ kind: z.literal('refused'), path: z.string(), why: z.string() }),
  z.object({ kind: z.literal('failed'), path: z.string(), status: z.number() }),
  z.object({ kind: z.literal('unanswered'), path: z.string() }),
]);
type Line = z.infer<typeof Line>;

export type CollectedSpan = z.infer<typeof Span>;
export type CollectedMetric = z.infer<typeof Metric>;

/** A receiver that takes nothing but what the protocol's own definitions have. */
export type Collector = {
  readonly endpoint: string;
  /** The lines of one kind so far. */
  lines<Kind extends Line['kind']>(kind: Kind): readonly Extract<Line, { kind: Kind }>[];
  /** Waits for the spans of a trace, so many at least. */
  trace(trace_id: string, atLeast: number): Promise<readonly CollectedSpan[]>;
  /** Has it answer with this status from here on; 0 for not at all. */
  answer(status: number): Promise<void>;
  stop(): Promise<void>;
};

/** For the `skip` option of a test. */
export const whyNoCollector = () => missingProgram('go', ['version']);

/** Builds the collector in a folder that the caller removes. @returns the program */
export async function buildCollector(): Promise<{ readonly program: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-collector-'));
  const program = join(folder, 'collector');
  const built = await runProgram('go', ['build', '-o', program, '.'], {
    cwd: import.meta.dirname,
    timeout: BUILD_MS,
  });
  if (built.code !== 0) throw new Error(built.stderr);
  return { program, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Starts a collector on a free port. @param tls PEM files, for one that speaks HTTPS */
export async function startCollector(
  program: string,
  tls?: { readonly certificate: string; readonly key: string },
): Promise<Collector> {
  const args = tls === undefined ? [] : ['-certificate', tls.certificate, '-key', tls.key];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Line[] = [];
  const listening = Promise.withResolvers<number>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = Line.parse(JSON.parse(text));
    lines.push(line);
    if (line.kind === 'listening') listening.resolve(line.port);
  });
  child.once('exit', () => listening.reject(new Error('the collector ended')));
  const port = await listening.promise;
  const endpoint = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const of = <Kind extends Line['kind']>(kind: Kind) =>
    lines.filter((line): line is Extract<Line, { kind: Kind }> => line.kind === kind);
  return {
    endpoint,
    lines: of,
    trace: (trace_id, atLeast) =>
      eventually(
        async () => of('span').filter((span) => span.trace_id === trace_id),
        (spans) => spans.length >= atLeast,
      ),
    async answer(status) {
      await call(`${endpoint}/answer?status=${status}`, { method: 'POST' });
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
