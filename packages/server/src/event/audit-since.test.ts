import assert from 'node:assert/strict';
import test from 'node:test';
import { auditKeyOf, BEFORE_FIRST, type ChainState, nextLine } from './audit-chain.ts';
import { auditSince } from './audit-since.ts';
import type { AuditHead } from './audit-store.ts';

const key = auditKeyOf(new Uint8Array(32));
const NOW = 1_800_000_000_000;
const [A, B] = ['AAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBB'];

/** A chain of events a second apart, with where it stood after each. */
function written(chain: string, count: number, from = NOW) {
  const lines: string[] = [];
  const states: ChainState[] = [];
  let state = BEFORE_FIRST;
  for (let at = 0; at < count; at++) {
    const record = {
      event_id: `${chain[0]}-${at}`,
      time: from + at * 1_000,
      type: at % 2 === 0 ? 'client.updated' : 'token.refused',
      outcome: at % 2 === 0 ? 'success' : 'refused',
    };
    const next = nextLine(key, chain, state, record);
    state = next.state;
    lines.push(next.line);
    states.push(state);
  }
  const head = (at: number, over: Partial<AuditHead> = {}): AuditHead => ({
    chain,
    writer: `server of ${chain[0]}`,
    ...(states[at] ?? BEFORE_FIRST),
    started_at: from,
    written_at: from + at * 1_000,
    closed: false,
    ...over,
  });
  return { lines, head };
}

const of = (lines: readonly string[]) => ({
  file: 'audit.log',
  lines: (async function* () {
    yield* lines;
  })(),
});

const since = (
  files: readonly (readonly string[])[],
  heads: readonly AuditHead[],
  lastHeads: readonly AuditHead[] = [],
) => auditSince({ key, files: files.map(of), heads, cuts: [], lastHeads, since: NOW + 3_000 });

test('events after the moment are told, of chains that go on and of chains that began', async () => {
  const [a, b] = [written(A, 8), written(B, 3, NOW + 4_000)];
  const { events, gaps, until, ends } = await since([[...a.lines, ...b.lines]], [a.head(3)]);
  assert.deepEqual(gaps, []);
  assert.deepEqual(
    events.map(({ event_id }) => event_id),
    ['A-4', 'B-0', 'A-6', 'B-2'],
  );
  assert.equal(until, NOW + 7_000);
  assert.deepEqual(
    ends.map(({ chain, sequence }) => [chain, sequence]),
    [
      [A, 7],
      [B, 2],
    ],
  );
  const apart = await since(
    [a.lines.slice(6), b.lines, a.lines.slice(2, 6)],
    [a.head(3)],
    [a.head(7), b.head(2)],
  );
  assert.deepEqual(apart.gaps, [], 'in whatever files');
});

test('what is missing, changed, or ends too early is a gap', async () => {
  const [a, b] = [written(A, 8), written(B, 3, NOW + 4_000)];
  const gapsOf = async (files: readonly (readonly string[])[], heads = [a.head(3)], last: AuditHead[] = []) =>
    (await since(files, heads, last)).gaps.join('\n');
  assert.match(await gapsOf([a.lines.toSpliced(5, 1)]), /lines 5 to 5 are missing/);
  assert.match(await gapsOf([a.lines.toSpliced(4, 1)]), /lines 4 to 4 are missing/);
  assert.match(await gapsOf([a.lines.with(6, (a.lines[6] ?? '').replace('A-6', 'A-9'))]), /line 6 is not as/);
  assert.match(await gapsOf([a.lines, b.lines.slice(1)]), /chain B.*lines 0 to 0 are missing/);
  assert.match(await gapsOf([a.lines.slice(0, 6)], [a.head(3)], [a.head(7)]), /lines up to 7 were written/);
  assert.match(await gapsOf([a.lines], [a.head(3)], [b.head(2)]), /chain B.*are missing/);
  assert.match(await gapsOf([b.lines]), /chain A.*is in none of the files/);
  assert.match(await gapsOf([]), /no audit file reaches back/);
  assert.match(await gapsOf([], []), /no audit file reaches back/);
  assert.equal(await gapsOf([a.lines]), '');
  assert.equal(await gapsOf([a.lines.slice(0, 4)], [a.head(3, { closed: true })]), '');
  const old = written(B, 3, NOW - 90 * 86_400_000);
  assert.equal(
    await gapsOf([a.lines], [a.head(3), old.head(2)]),
    '',
    'who was killed long ago is not missed',
  );
});
