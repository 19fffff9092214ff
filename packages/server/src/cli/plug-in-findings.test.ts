import assert from 'node:assert/strict';
import test from 'node:test';
import type { Event } from '../event/event.ts';
import type { EventFilter } from '../event/event-store.ts';
import { plugInFindings } from './plug-in-findings.ts';

const NOW = Date.UTC(2026, 0, 2, 12);

/** Newest first, as a store lists them. */
const found = (events: readonly (readonly [file: string, node: string, cause?: string])[]) => {
  const asked: EventFilter[] = [];
  const items = events.map(
    ([file, node, cause], index): Event => ({
      event_id: `event-${index}`,
      time: NOW - (index + 1) * 60_000,
      type: cause === undefined ? 'plug_in.started' : 'plug_in.failed',
      outcome: cause === undefined ? 'success' : 'failure',
      detail: { file, node, ...(cause !== undefined && { cause }) },
    }),
  );
  const list = async (filter: EventFilter) => {
    asked.push(filter);
    return { items };
  };
  return { asked, findings: plugInFindings({ list }, NOW) };
};

test('plug-ins that served all the time are no finding', async () => {
  const { asked, findings } = found([['a.mjs', 'one']]);
  assert.deepEqual(await findings, []);
  assert.deepEqual(asked, [{ type: 'plug_in.', since: NOW - 24 * 3600 * 1000 }]);
});

test('those that failed are, by node, with the last cause and whether they serve again', async () => {
  const { findings } = found([
    ['a.mjs', 'one'],
    ['b.mjs', 'one', 'its process exited with code 3'],
    ['a.mjs', 'one', 'threw: Error\n  at a.mjs:1:1'],
    ['a.mjs', 'two'],
    ['a.mjs', 'one', 'earlier'],
  ]);
  assert.deepEqual(await findings, [
    {
      outcome: 'warning',
      code: 'plug_in_failed',
      detail: 'a.mjs on one failed 2 times within a day, last at 2026-01-02T11:57:00.000Z: threw: Error',
    },
    {
      outcome: 'warning',
      code: 'plug_in_failed',
      detail:
        'b.mjs on one failed once within a day, last at 2026-01-02T11:58:00.000Z: its process exited with code 3; it has not served since',
    },
  ]);
});
