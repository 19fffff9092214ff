import assert from 'node:assert/strict';
import { pino } from 'pino';
import { onBothDatabases } from '../../test/storage-contract.ts';
import type { EventDraft } from './event.ts';
import { createEventRecorder } from './event-recorder.ts';
import { createMetrics } from './metrics.ts';

const cycle: Record<string, unknown> = {};
for (let index = 0; index < 100; index++) cycle[`self${index}`] = cycle;

const throwing = {
  get subject() {
    throw new RangeError('Invalid time value');
  },
};

/** What no JSON or no database takes, by what is odd about it. */
const STRANGE: Readonly<Record<string, unknown>> = {
  'a number without an end': 2n ** 70n,
  'no number': [Number.NaN, Number.POSITIVE_INFINITY, -0],
  'a date that is none': new Date(Number.NaN),
  'a date beyond RFC 3339': new Date(8.64e15),
  'a lone surrogate': '\ud800 and \udc00',
  'half a character at the cut': `${'x'.repeat(999)}😀`,
  NUL: 'a\0b',
  'NUL in a name': { 'a\0b': 1, '\ud800': 2, __proto__: { a: 1 } },
  'a megabyte': 'x'.repeat(1_000_000),
  'a cycle, a hundred ways round': cycle,
  'what throws when it is read': throwing,
  'no JSON at all': [undefined, () => 1, Symbol('s'), new Map([['a', new Set([1n])]]), Buffer.from([0, 255])],
  'an error': new TypeError('of undefined'),
};

onBothDatabases('events with strange details', (test) => {
  test('each is recorded, and can be read again', async ({ storage }) => {
    const kept = { ageMs: 10 ** 12, count: 1_000 };
    const lines: string[] = [];
    const events = createEventRecorder({
      isAway: () => false,
      store: storage.events,
      log: pino({ level: 'debug' }, { write: (line: string) => lines.push(line) }),
      auditTrail: () => ({
        append: (event) => JSON.stringify(event).length > 0,
        isWritable: () => true,
        reopen() {},
        flush: async () => {},
        close: async () => 0,
      }),
      metrics: createMetrics(),
      retention: () => ({ administrative: kept, security: kept, traffic: kept }),
      tends: false,
      clock: Date.now,
    });
    const event_ids = Object.entries(STRANGE).flatMap(([name, value]) => {
      const text = typeof value === 'string' ? value : name;
      const draft: EventDraft = {
        type: 'client.updated',
        outcome: 'success',
        client_id: text,
        username: text,
        remote_address: text,
        actor: { name: text, through: 'admin-api' },
        object: { kind: 'client', id: text },
        certificate: { value },
        evidence: { presented: value },
        changes: { scope: { old: value, new: [value] } },
        detail: { name, value },
      };
      const wholeThrows: EventDraft = {
        type: 'client.updated',
        outcome: 'success',
        detail: throwing,
        evidence: throwing,
        certificate: throwing,
      };
      return [events.record(draft), events.record(wholeThrows)];
    });
    events.recordSampled('handshake.refused', 'refused', () => {
      throw new RangeError('Invalid time value');
    });
    await events.close();
    for (const event_id of event_ids) {
      const event = await storage.events.find(event_id);
      assert.ok(event, event_id);
      assert.ok(JSON.stringify(event).isWellFormed());
    }
    const { items } = await storage.events.list({ type: 'handshake.refused' }, { limit: 10 });
    assert.match(JSON.stringify(items[0]?.detail), /RangeError: Invalid time value/);
    assert.equal(lines.length, event_ids.length + 1);
  });
});
