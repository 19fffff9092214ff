import assert from 'node:assert/strict';
import test from 'node:test';
import type { EventDraft } from '../event/event.ts';
import { createMetrics } from '../event/metrics.ts';
import { plugInReport } from './plug-in-report.ts';

test('what becomes of a plug-in is told as event, metric and log line', async () => {
  const drafts: EventDraft[] = [];
  const lines: unknown[] = [];
  const metrics = createMetrics();
  const report = plugInReport({
    events: { record: (draft) => `${drafts.push(draft)}` },
    log: { info: (about: unknown, line?: string) => lines.push([about, line]) },
    metrics,
  })('a.mjs');
  const up = async () => (await metrics.plugInUp.get()).values;
  report.started();
  assert.deepEqual(await up(), [{ labels: { plug_in: 'a.mjs' }, value: 1 }]);
  report.failed({ cause: 'it exited', nextInMs: 1200, serves: false });
  assert.deepEqual(await up(), [{ labels: { plug_in: 'a.mjs' }, value: 0 }]);
  report.printed('a line');
  assert.deepEqual(lines, [[{ plug_in: 'a.mjs' }, 'a line']]);
  assert.deepEqual(
    drafts.map(({ type, outcome, detail: { node, ...detail } = {} }) => [type, outcome, typeof node, detail]),
    [
      ['plug_in.started', 'success', 'string', { file: 'a.mjs' }],
      [
        'plug_in.failed',
        'failure',
        'string',
        { file: 'a.mjs', cause: 'it exited', serves: false, next_start_in: 2 },
      ],
    ],
  );
});
