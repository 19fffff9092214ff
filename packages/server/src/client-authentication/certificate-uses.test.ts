import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdentity } from '../../test/client-identity.ts';
import { recorderInto } from '../../test/recorder-into.ts';
import type { Storage } from '../storage/storage.ts';
import { createCertificateUses } from './certificate-uses.ts';

const DAY = 86_400_000;

/** Uses over a store that keeps what it is given, or fails. */
function under() {
  const written: Parameters<Storage['certificateUses']['note']>[] = [];
  const failures: unknown[] = [];
  const state = { now: 20_000 * DAY + 5, fails: false, reach: 'reached' as 'reached' | 'away' };
  const uses = createCertificateUses({
    storage: {
      certificateUses: {
        async note(...given) {
          if (state.fails) throw new Error('the database is full');
          written.push(given);
        },
        async seeAuthorities() {},
        authoritiesUsed: async () => new Map(),
        usesOf: async () => [],
      },
      reach: {
        state: () => state.reach,
        clockOffset: () => 0,
        isClockRight: () => true,
        canWrite: async () => true,
        connections: async () => undefined,
        durability: async () => undefined,
      },
    },
    events: recorderInto(),
    clock: () => state.now,
    onFailed: (error) => failures.push(error),
  });
  return { uses, written, failures, state };
}

test('a client that comes a thousand times a day is noted once a day', async () => {
  const { uses, written, state } = under();
  const { certificate } = await createIdentity('CN=a');
  const authority = (await createIdentity('CN=authority')).certificate;
  for (let time = 0; time < 1000; time++) uses.came('a', certificate, authority);
  await uses.flush();
  await uses.flush();
  assert.equal(written.length, 1);
  assert.deepEqual(written[0], [
    [
      {
        client_id: 'a',
        thumbprint: certificate.thumbprint,
        subject: 'CN=a',
        not_before: certificate.notBefore,
        not_after: certificate.notAfter,
        used_at: 20_000 * DAY,
      },
    ],
    [{ thumbprint: authority.thumbprint, used_at: 20_000 * DAY }],
  ]);
  state.now += DAY;
  uses.came('a', certificate, undefined);
  await uses.close();
  assert.deepEqual(
    written[1]?.[0].map(({ used_at }) => used_at),
    [20_001 * DAY],
    'what waits is written at the end',
  );
});

test('what the database did not take waits, without losing what came meanwhile', async () => {
  const { uses, written, failures, state } = under();
  const [one, other] = [await createIdentity('CN=one'), await createIdentity('CN=other')];
  uses.came('a', one.certificate, undefined);
  state.fails = true;
  await uses.flush();
  assert.equal(failures.length, 1);
  uses.came('b', other.certificate, undefined);
  state.reach = 'away';
  await uses.flush();
  assert.equal(failures.length, 1, 'a database that is away is not asked');
  state.fails = false;
  state.reach = 'reached';
  await uses.close();
  assert.deepEqual(
    written.map(([noted]) => noted.map(({ client_id }) => client_id)),
    [['a', 'b']],
  );
});

test('no more waits than has room', async () => {
  const { uses, written } = under();
  const { certificate } = await createIdentity('CN=a');
  for (let client = 0; client < 20_010; client++) uses.came(`client-${client}`, certificate, undefined);
  await uses.close();
  assert.equal(written[0]?.[0].length, 20_000);
});
