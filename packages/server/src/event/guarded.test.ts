import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import test from 'node:test';
import { recorderInto } from '../../test/recorder-into.ts';
import type { EventDraft } from './event.ts';
import { guarded } from './guarded.ts';

test('what a listener throws, now or later, is an event and reaches nobody else', async () => {
  const recorded: EventDraft[] = [];
  const emitter = new EventEmitter();
  const seen: string[] = [];
  const events = recorderInto(recorded);
  emitter.on(
    'connection',
    guarded('the listener', events, (name: string) => {
      seen.push(name);
      throw new RangeError('Invalid time value');
    }),
  );
  emitter.on(
    'connection',
    guarded('the slow listener', events, async () => {
      await Promise.resolve();
      throw new TypeError('of undefined');
    }),
  );
  emitter.on('connection', (name: string) => seen.push(name));
  emitter.emit('connection', 'a');
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(seen, ['a', 'a']);
  assert.deepEqual(
    recorded.map(({ type, outcome, because, detail }) => [type, outcome, because, detail?.where]),
    [
      ['listener.failed', 'failure', 'internal_error', 'the listener'],
      ['listener.failed', 'failure', 'internal_error', 'the slow listener'],
    ],
  );
  assert.match(String(recorded[0]?.detail?.thrown), /^RangeError: Invalid time value\n +at /);
});
