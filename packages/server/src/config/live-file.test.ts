import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { EmptyFile, LiveFile } from './live-file.ts';

/** A file whose content is "good …" or wrong, and what was reported of it. */
async function watched(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-live-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'file');
  await writeFile(file, 'good 1');
  const reports: string[] = [];
  let parsed = 0;
  let elsewhere = 'fine';
  const live = await LiveFile.open(file, {
    parse: (bytes) => {
      parsed++;
      const text = Buffer.from(bytes).toString();
      if (!text.startsWith('good') || elsewhere !== 'fine') throw new Error(`wrong: ${text}, ${elsewhere}`);
      return text;
    },
    onReport: (report) =>
      reports.push(
        report.outcome === 'applied' ? `${report.previous} -> ${report.value}` : report.error.message,
      ),
  });
  return {
    file,
    live,
    reports,
    parses: () => parsed,
    setElsewhere: (state: string) => {
      elsewhere = state;
    },
    settle: async () => {
      await live.look();
      await live.look();
    },
  };
}

test('a change is taken up once the file rests', async (t) => {
  const { file, live, reports } = await watched(t);
  await writeFile(file, 'good');
  await live.look();
  assert.equal(live.current, 'good 1', 'the first look only sees that something happens');
  await appendFile(file, ' 2');
  await live.look();
  assert.equal(live.current, 'good 1', 'it still happens');
  await live.look();
  assert.equal(live.current, 'good 2');
  assert.deepEqual(reports, ['good 1 -> good 2']);
});

test('a file that is left alone is not read again', async (t) => {
  const { file, reports, parses, settle } = await watched(t);
  await settle();
  await writeFile(file, 'good 1');
  await settle();
  assert.equal(parses(), 1, 'the same content needs no second parse');
  assert.deepEqual(reports, []);
});

test('a file put in place by a rename is taken up', async (t) => {
  const { file, live, settle } = await watched(t);
  await writeFile(`${file}.new`, 'good 2');
  await rename(`${file}.new`, file);
  await settle();
  assert.equal(live.current, 'good 2');
});

test('a wrong file leaves the last good value, said once', async (t) => {
  const { file, live, reports, settle } = await watched(t);
  await writeFile(file, 'bad');
  await settle();
  await settle();
  assert.equal(live.current, 'good 1');
  assert.deepEqual(reports, ['wrong: bad, fine']);
  await writeFile(file, 'good 3');
  await settle();
  assert.equal(live.current, 'good 3');
  assert.deepEqual(reports, ['wrong: bad, fine', 'good 1 -> good 3']);
});

test('going back to the last good content is said too', async (t) => {
  const { file, reports, settle } = await watched(t);
  await writeFile(file, 'bad');
  await settle();
  await writeFile(file, 'good 1');
  await settle();
  assert.deepEqual(reports, ['wrong: bad, fine', 'good 1 -> good 1']);
});

test('an empty file is half-written', async (t) => {
  const { file, live, reports, settle } = await watched(t);
  await writeFile(file, '');
  await settle();
  assert.equal(live.current, 'good 1');
  assert.deepEqual(reports, [`${file} is empty`]);
  await assert.rejects(LiveFile.open(file, { parse: (bytes) => bytes, onReport: () => {} }), EmptyFile);
});

test('a file that is gone is reported, and taken up when it is back', async (t) => {
  const { file, live, reports, settle } = await watched(t);
  await rm(file);
  await settle();
  assert.equal(live.current, 'good 1');
  assert.match(reports.join(), /^ENOENT[^,]*, open/);
  await writeFile(file, 'good 4');
  await settle();
  assert.equal(live.current, 'good 4');
});

test('a file broken for a cause outside it is tried again without being touched', async (t) => {
  const { file, live, settle, setElsewhere } = await watched(t);
  setElsewhere('missing');
  await writeFile(file, 'good 5');
  await settle();
  assert.equal(live.current, 'good 1');
  setElsewhere('fine');
  await live.look();
  assert.equal(live.current, 'good 5');
});
