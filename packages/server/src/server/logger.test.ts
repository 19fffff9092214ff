import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createLogger } from './logger.ts';

async function logged(t: TestContext, format: 'json' | 'pretty', quiet: boolean): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'log');
  const destination = openSync(file, 'w');
  const log = await createLogger({ level: 'info', format }, quiet, () => {}, destination);
  log.info({ client_id: 'abc' }, 'informed');
  log.error('failed');
  const text = readFileSync(file, 'utf8');
  closeSync(destination);
  return text;
}

test('json: one object a line, written at once', async (t) => {
  const lines = (await logged(t, 'json', false)).trim().split('\n');
  const [first, second] = lines.map((line) => JSON.parse(line));
  assert.equal(lines.length, 2);
  assert.equal(first.client_id, 'abc');
  assert.equal(second.msg, 'failed');
});

test('pretty: lines for reading, with their fields, written at once', async (t) => {
  const text = await logged(t, 'pretty', false);
  assert.match(text, /\d\d:\d\d:\d\d\.\d{3}\] .*INFO.*informed/);
  assert.match(text, /client_id.*abc/);
  assert.doesNotMatch(text, /"msg"/);
});

test('quiet: only what went wrong', async (t) => {
  for (const format of ['json', 'pretty'] as const) {
    const text = await logged(t, format, true);
    assert.match(text, /failed/);
    assert.doesNotMatch(text, /informed/);
  }
});

test('pretty: an error that quotes a stranger neither moves the cursor nor makes a line of its own', async (t) => {
  const hostile = 'a\u001b[2J\u009b31m\r\nINFO: fake';
  const folder = mkdtempSync(join(tmpdir(), 'countersign-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'log');
  const destination = openSync(file, 'w');
  const log = await createLogger({ level: 'info', format: 'pretty' }, false, () => {}, destination);
  log.error({ err: new Error(hostile) }, hostile);
  closeSync(destination);
  const text = readFileSync(file, 'utf8');
  assert.match(text, /fake/);
  assert.doesNotMatch(text, /^INFO: fake/m);
  assert.deepEqual(text.match(/(?!\n)\p{Cc}/gu), null);
});
