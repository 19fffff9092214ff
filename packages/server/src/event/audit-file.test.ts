import assert from 'node:assert/strict';
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { eventually } from '../../test/eventually.ts';
import { auditKeyOf } from './audit-chain.ts';
import { type AuditGap, type AuditTrailOptions, createAuditTrail } from './audit-file.ts';
import { auditFiles, linesOf } from './audit-rotation.ts';
import type { AuditCut, AuditHead, AuditStore } from './audit-store.ts';
import { type AuditFinding, verifyAuditFiles } from './audit-verification.ts';
import type { Event } from './event.ts';
import { createMetrics } from './metrics.ts';

const key = auditKeyOf(new Uint8Array(32));

function auditStore() {
  const heads = new Map<string, AuditHead>();
  const cuts = new Map<string, AuditCut>();
  const store: AuditStore = {
    putHead: async (head) => void heads.set(head.chain, head),
    putCuts: async (all) => {
      for (const cut of all) cuts.set(`${cut.chain} ${cut.sequence}`, cut);
    },
    heads: async () => Array.from(heads.values()),
    cuts: async () => Array.from(cuts.values()),
  };
  return store;
}

let made = 0;
const event = (detail = ''): Event => ({
  event_id: `E-${made++}`,
  time: made,
  type: 'client.updated',
  outcome: 'success',
  detail: { detail },
});

/** An audit file of its own, with what writes and verifies it. */
async function started(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-audit-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'logs', 'audit.log');
  const store = auditStore();
  const metrics = createMetrics();
  const gaps: AuditGap[] = [];
  return {
    file,
    store,
    gaps,
    metrics,
    writer: (options: Partial<AuditTrailOptions> = {}) =>
      createAuditTrail({
        file,
        key,
        writer: 'test',
        maxBytes: 0,
        keep: 0,
        store,
        log: pino({ level: 'silent' }),
        metrics,
        clock: Date.now,
        onGap: (gap) => gaps.push(gap),
        ...options,
      }),
    lines: async () => (await readFile(file, 'utf8')).split('\n').slice(0, -1),
    async verify(since?: number) {
      const files = (await auditFiles(file)).map((each) => ({ file: each, lines: linesOf(each) }));
      const { findings } = await verifyAuditFiles({
        key,
        files,
        heads: await store.heads(),
        cuts: await store.cuts(),
        since,
      });
      return findings;
    },
  };
}

const told = (findings: readonly AuditFinding[]) =>
  findings.map(({ what, line, message }) => [what, line, message]);

test('every line is chained to the one before, whoever else writes the same file', async (t) => {
  const { file, writer, lines, verify, store } = await started(t);
  const [first, second] = [writer(), writer()];
  for (let count = 0; count < 300; count++) {
    first.append(event('a\u2028b\n"}'));
    if (count % 3 === 0) second.append(event());
  }
  assert.equal(await first.close(), 0);
  assert.equal(await second.close(), 0);
  assert.equal((await lines()).length, 300 + 100 + 2);
  const heads = await store.heads();
  assert.deepEqual(heads.map(({ sequence, closed }) => [sequence, closed]).sort(), [
    [100, true],
    [300, true],
  ]);
  assert.deepEqual(await verify(), []);
  const { mode } = await stat(file);
  assert.equal(mode & 0o777, 0o600);
});

test('whoever records nothing writes nothing', async (t) => {
  const { file, writer, store } = await started(t);
  assert.equal(await writer().close(), 0);
  await assert.rejects(readFile(file));
  assert.deepEqual(await store.heads(), []);
});

test('what was done to the file is found, with its line', async (t) => {
  const { file, writer, lines, verify } = await started(t);
  const trail = writer();
  for (let count = 0; count < 9; count++) trail.append(event('untouched'));
  await trail.close();
  const whole = await lines();
  const after = async (text: readonly string[]) => {
    await writeFile(file, text.map((line) => `${line}\n`).join(''));
    return told(await verify());
  };
  assert.deepEqual(await after(whole), []);
  const changed = whole.with(4, (whole[4] ?? '').replace('untouched', 'something else'));
  assert.deepEqual(await after(changed), [['changed', 5, 'line 4 is not as it was written']]);
  assert.deepEqual(await after(whole.toSpliced(4, 1)), [['removed', 5, 'line 4 is missing before this one']]);
  assert.deepEqual(await after(whole.slice(2)), [['removed', 1, 'lines 0 to 1 are missing before this one']]);
  assert.deepEqual(await after(whole.slice(0, -2)), [
    ['cut off', 8, 'lines 8 to 9 are missing after this one'],
  ]);
  const swapped = whole.with(4, whole[5] ?? '').with(5, whole[4] ?? '');
  assert.deepEqual(
    (await after(swapped)).map(([what, line]) => [what, line]),
    [
      ['removed', 5],
      ['reordered', 6],
    ],
  );
  assert.deepEqual(await after([...whole, '{"type":"client.updated"}']), [
    ['foreign', 11, 'a line of no chain'],
  ]);
  await rm(file);
  const [absent] = await verify();
  assert.equal(absent?.what, 'missing');
  assert.match(absent?.message ?? '', /any of its 10 lines/);
});

test('a line made with another key is not taken', async (t) => {
  const { writer, verify } = await started(t);
  const trail = writer({ key: auditKeyOf(new Uint8Array(32).fill(1)) });
  trail.append(event());
  await trail.close();
  assert.deepEqual(
    (await verify()).map(({ what }) => what),
    ['changed', 'changed'],
  );
});

test('the chain goes on in the next file, when another program or the server rotates', async (t) => {
  const { file, writer, verify, store } = await started(t);
  const trail = writer();
  trail.append(event());
  await trail.flush();
  await rename(file, `${file}.1`);
  trail.reopen();
  await trail.flush();
  trail.append(event());
  await trail.flush();
  // Noticed without a signal too.
  await rename(file, `${file}-20260131`);
  trail.append(event());
  assert.equal(await trail.close(), 0);
  assert.equal((await auditFiles(file)).length, 3);
  assert.deepEqual(await verify(), []);

  await rm(`${file}.1`);
  assert.deepEqual(
    (await verify()).map(({ what }) => what),
    ['removed'],
  );
  assert.deepEqual(await verify(Date.now() + 1_000), [], 'what ended before is not missed');
  assert.deepEqual(
    (await store.cuts()).map(({ sequence }) => sequence),
    [1, 2],
  );
});

test('by size, as many files as are wanted, and those the server removed are not missed', async (t) => {
  const { file, writer, verify } = await started(t);
  const [first, second] = [writer({ maxBytes: 4_000, keep: 2 }), writer({ maxBytes: 4_000, keep: 2 })];
  for (let count = 0; count < 60; count++) {
    first.append(event('x'.repeat(200)));
    second.append(event('x'.repeat(200)));
    await Promise.all([first.flush(), second.flush()]);
  }
  await Promise.all([first.close(), second.close()]);
  const files = await auditFiles(file);
  assert.deepEqual(files, [file, `${file}.1`, `${file}.2`]);
  assert.deepEqual(told(await verify()), []);
  assert.deepEqual(await readdir(join(file, '..')), ['audit.log', 'audit.log.1', 'audit.log.2']);
  await rm(`${file}.1`);
  assert.notDeepEqual(await verify(), []);
});

test('a full disk neither stops nor hangs anything, and what the file lacks is counted', async (t) => {
  const { file, writer, verify, gaps, metrics } = await started(t);
  const trail = writer();
  trail.append(event());
  await trail.flush();
  await rename(file, `${file}.1`);
  await symlink('/dev/full', file);
  for (let count = 0; count < 10_050; count++) trail.append(event());
  await trail.flush();
  assert.equal(trail.isWritable(), false);
  const value = async (name: string) =>
    (await metrics.registry.getSingleMetric(name)?.get())?.values[0]?.value;
  assert.equal(await value('countersign_audit_writable'), 0);
  assert.equal(await value('countersign_audit_events_missing_total'), 50);
  assert.equal(gaps.length, 0);

  await rm(file);
  await eventually(async () => trail.isWritable(), Boolean);
  await trail.flush();
  assert.equal(gaps.length, 1);
  assert.equal(gaps[0]?.missing, 50);
  assert.match(gaps[0]?.why ?? '', /ENOSPC/);
  assert.equal(await trail.close(), 0);
  assert.deepEqual(told(await verify()), []);
});

test('a compressed file that is damaged is told of, and is removed when its time comes', async (t) => {
  const { file, writer, verify } = await started(t);
  const trail = writer({ maxBytes: 3_000, keep: 1 });
  const fill = async () => {
    for (let count = 0; count < 20; count++) {
      trail.append(event('y'.repeat(80)));
      await trail.flush();
    }
  };
  await fill();
  await eventually(
    async () => (await auditFiles(file)).length,
    (count) => count === 2,
  );
  const whole = gzipSync(await readFile(`${file}.1`));
  await rm(`${file}.1`);
  await writeFile(`${file}.1.gz`, whole.subarray(0, whole.length / 2));
  const [unreadable] = (await verify()).filter(({ what }) => what === 'unreadable');
  assert.deepEqual(
    [unreadable?.file, unreadable?.message],
    [`${file}.1.gz`, 'what comes after it cannot be read: unexpected end of file'],
  );
  await fill();
  await eventually(
    async () => auditFiles(file),
    (files) => files.length === 2 && !files.includes(`${file}.1.gz`),
  );
  await trail.close();
});

test('closing while the disk is full ends, and tells how many are lost', async (t) => {
  const { file, writer } = await started(t);
  const trail = writer();
  trail.append(event());
  await trail.flush();
  await rm(file);
  await symlink('/dev/full', file);
  trail.append(event());
  trail.append(event());
  assert.equal(await trail.close(), 2);
});

test('half a line is not taken for one, and the chain goes on after it', async (t) => {
  const { writer, verify, lines } = await started(t);
  let room = 700;
  const trail = writer({
    openFile: async (name) => {
      await mkdir(dirname(name), { recursive: true });
      const handle = await open(name, 'a');
      return {
        stat: () => handle.stat(),
        datasync: () => handle.datasync(),
        close: () => handle.close(),
        async write(bytes) {
          if (room <= 0) throw new Error('ENOSPC: no space left on device');
          const { bytesWritten } = await handle.write(bytes.subarray(0, room));
          room -= bytesWritten;
          return { bytesWritten };
        },
      };
    },
  });
  for (let count = 0; count < 10; count++) trail.append(event('y'.repeat(80)));
  await trail.flush();
  assert.equal(trail.isWritable(), false);
  room = Number.POSITIVE_INFINITY;
  await eventually(async () => trail.isWritable(), Boolean);
  assert.equal(await trail.close(), 0);
  assert.equal((await lines()).length, 12, 'a start, ten events and half a line');
  assert.deepEqual(told(await verify()), []);
});
