import assert from 'node:assert/strict';
import { event, onBothDatabases, session, unique } from '../../test/storage-contract.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { EventType } from '../event/event-types.ts';
import { commitChange, tryChange, UnitRefused } from './commit-change.ts';
import type { Storage } from './storage.ts';

/** Prepares events as the recorder does, and says which were settled. */
function recorderOver(storage: Storage) {
  const settled: string[] = [];
  const events: Pick<EventRecorder, 'prepare'> = {
    prepare(draft) {
      const made = event({ type: draft.type, outcome: draft.outcome });
      const { event_id } = made;
      return {
        event_id,
        steps: [storage.events.steps.insert(made)],
        settle: () => void settled.push(event_id),
      };
    },
  };
  return { context: { storage, events }, settled };
}

const drafts = (client_id: string, ...types: readonly EventType[]): readonly EventDraft[] =>
  types.map((type) => ({ type, outcome: 'success', client_id }));

onBothDatabases('a change with its events', (test) => {
  test('is written whole, and settled then', async ({ storage }) => {
    const { context, settled } = recorderOver(storage);
    const begun = session();
    const steps = [storage.sessions.steps.insert(begun)];
    const event_ids = await commitChange(
      context,
      steps,
      ...drafts(unique('written'), 'client.created', 'client.updated'),
    );
    assert.deepEqual(settled, event_ids);
    assert.deepEqual(await storage.sessions.find(begun.session_id), begun);
    for (const event_id of event_ids) assert.ok(await storage.events.find(event_id));
  });

  test('leaves nothing where a condition does not hold', async ({ storage }) => {
    const { context, settled } = recorderOver(storage);
    const begun = session();
    const steps = [storage.sessions.steps.insert(begun), storage.sessions.steps.remove('none')];
    const client_id = unique('refused');
    assert.deepEqual(await tryChange(context, steps, ...drafts(client_id, 'client.updated')), {
      outcome: 'refused',
      condition: 'the session is there',
      event_ids: [],
    });
    await assert.rejects(commitChange(context, steps, ...drafts(client_id, 'client.updated')), UnitRefused);
    assert.deepEqual(settled, []);
    assert.equal(await storage.sessions.find(begun.session_id), undefined);
    assert.deepEqual((await storage.events.list({ client_id }, { limit: 1 })).items, []);
  });

  test('and of a session that somebody else changed in between neither', async ({ storage }) => {
    const { context } = recorderOver(storage);
    const begun = session();
    await storage.sessions.insert(begun);
    const first = await storage.sessions.changing(begun.session_id, (held) => ({ ...held, last_seen_at: 2 }));
    const second = await storage.sessions.changing(begun.session_id, (held) => ({
      ...held,
      last_seen_at: 3,
    }));
    assert.ok(first && second);
    assert.equal(
      (await tryChange(context, [first.step], ...drafts('a', 'client.created'))).outcome,
      'committed',
    );
    assert.equal(
      (await tryChange(context, [second.step], ...drafts('a', 'client.updated'))).outcome,
      'refused',
    );
    assert.equal((await storage.sessions.find(begun.session_id))?.last_seen_at, 2);
  });

  test('signing keys are rotated from those that were seen alone', async ({ storage }) => {
    const { context } = recorderOver(storage);
    const active = { alg: 'ES256', sealed_private_jwk: 'x', created_at: 1 } as const;
    const one = { ...active, kid: unique('one'), state: 'active' } as const;
    await storage.commit([storage.signingKeys.steps.insertIfNone(one)]);
    const next = (kid: string) => ({ ...active, kid: unique(kid), state: 'next' }) as const;
    const seen = { active: one.kid, next: undefined };
    const rotate = storage.signingKeys.steps.rotate;
    const both = await Promise.all(
      [next('two'), next('three')].map((key) =>
        tryChange(context, rotate(key, seen, 2), ...drafts('a', 'signing_key.rotated')),
      ),
    );
    assert.deepEqual(both.map(({ outcome }) => outcome).toSorted(), ['committed', 'refused']);
    const states = (await storage.signingKeys.list()).map(({ state }) => state).toSorted();
    assert.deepEqual(states, ['active', 'retired']);
  });
});
