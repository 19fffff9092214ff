import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import pg from 'pg';
import { isNotThereYet } from './not-there-yet.ts';
import { requireWritable } from './postgres-address.ts';
import { typed } from './postgres-errors.ts';
import { NewerSchema, StorageUnavailable } from './storage-errors.ts';

const ofDatabase = (code: string) =>
  Object.assign(new pg.DatabaseError('said by the database', 0, 'error'), { code });
const ofNode = (code: string) => Object.assign(new Error(code), { code });
/** What is said of a server that takes no writes. */
async function saidOfStandby(): Promise<string> {
  const standby = new pg.Client();
  mock.method(standby, 'query', async () => ({ rows: [{ transaction_read_only: 'on' }] }));
  return await requireWritable(standby).then(
    () => '',
    (error: Error) => error.message,
  );
}
const waitsFor = (cause: unknown) => isNotThereYet(typed(cause, 'the database'));

test('a database that is starting, unreachable or not promoted yet is waited for', async () => {
  for (const code of ['57P03', '57P01', '53300', '08006', '08P01', '25006', '40001']) {
    assert.ok(waitsFor(ofDatabase(code)), code);
  }
  for (const code of ['ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', 'EHOSTUNREACH']) {
    assert.ok(waitsFor(ofNode(code)), code);
  }
  assert.ok(waitsFor(new Error('Connection terminated unexpectedly')));
  assert.ok(waitsFor(new Error('timeout expired')));
  assert.ok(waitsFor(new AggregateError([ofDatabase('28P01'), ofNode('ECONNREFUSED')])));
  assert.ok(waitsFor(new StorageUnavailable('no answer in time')));
  assert.ok(waitsFor(new AggregateError([new StorageUnavailable('no answer in time'), ofDatabase('28P01')])));
  assert.ok(waitsFor(new Error(await saidOfStandby())));
});

test('what waiting does not mend is not waited for', () => {
  for (const code of ['28P01', '28000', '3D000']) assert.ok(!waitsFor(ofDatabase(code)), code);
  for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID']) {
    assert.ok(!waitsFor(ofNode(code)), code);
  }
  assert.ok(!waitsFor(new Error('The server does not support SSL connections')));
  assert.ok(!waitsFor(new AggregateError([ofDatabase('28P01'), ofDatabase('3D000')])));
  assert.ok(!isNotThereYet(new NewerSchema('the database', 9, 8)));
  assert.ok(!isNotThereYet(ofNode('ECONNREFUSED')));
});
