import assert from 'node:assert/strict';
import test from 'node:test';
import type { Reach } from '../storage/reach.ts';
import { createReadiness } from './readiness.ts';

function readinessOver(reach: Partial<Reach>, isWritable = true) {
  let rows = 0;
  const readiness = createReadiness({
    configuration: { atStart: { logging: { audit_unwritable: 'refuse' } } },
    auditTrail: { isWritable: () => isWritable },
    storage: {
      reach: {
        state: () => 'reached',
        isClockRight: () => true,
        async canWrite() {
          rows++;
          return true;
        },
        ...reach,
      },
    },
  });
  return { readiness, rows: () => rows };
}

test('ready by what the database, the clock and the audit file allow', async () => {
  const of = async (reach: Partial<Reach>, isWritable?: boolean) => {
    const { readiness } = readinessOver(reach, isWritable);
    return [await readiness(false), await readiness(true)];
  };
  assert.deepEqual(await of({}), ['ready', 'ready']);
  assert.deepEqual(await of({ canWrite: async () => false }), ['ready', 'unavailable']);
  assert.deepEqual(await of({ state: () => 'away' }), ['degraded', 'unavailable']);
  assert.deepEqual(await of({ state: () => 'lost' }), ['unavailable', 'unavailable']);
  assert.deepEqual(await of({ isClockRight: () => false }), ['unavailable', 'unavailable']);
  assert.deepEqual(await of({}, false), ['unavailable', 'unavailable']);
});

test('strangers who ask whether the database can be written cost one row, however many they are', async () => {
  const { readiness, rows } = readinessOver({});
  await Promise.all(Array.from({ length: 100 }, () => readiness(true)));
  await readiness(true);
  assert.equal(rows(), 1);
});
