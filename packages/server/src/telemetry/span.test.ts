import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { activeSpan, currentTrace, type Note, span } from './span.ts';

test('where nothing is traced, work is done and nothing else', async () => {
  const notes: (Note | undefined)[] = [];
  const promise = Promise.resolve(1);
  const result = span('work', (note) => {
    notes.push(note);
    return promise;
  });
  assert.equal(result, promise);
  assert.deepEqual(notes, [undefined]);
  assert.equal(activeSpan(), undefined);
  assert.equal(currentTrace(), undefined);
  assert.throws(
    () =>
      span('work', () => {
        throw new RangeError('thrown');
      }),
    RangeError,
  );
});

/** Loads what `serve` is made of, and prints every file that was loaded with it. */
const LOADED = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
  await import(process.argv[1]);
  process.stdout.write(loaded.join('\\n'));
  process.exit();
`;

test('a server loads nothing of OpenTelemetry before it is told to trace', async () => {
  const serving = resolve(import.meta.dirname, '../server/serving.ts');
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', LOADED, serving];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 });
  const loaded = stdout.split('\n');
  assert.ok(loaded.some((url) => url.endsWith('/telemetry/span.ts')));
  // Its interfaces alone come with prom-client.
  assert.deepEqual(
    loaded.filter((url) => /@opentelemetry\/(?!api\/)|telemetry\/(tracing|metric-export)\.ts/.test(url)),
    [],
  );
});
