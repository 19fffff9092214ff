import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { issueCertificate } from '@countersign/x509/issuance';
import { recorderInto } from '../../test/recorder-into.ts';
import { openTestStorage } from '../../test/test-storage.ts';
import type { EventDraft } from '../event/event.ts';
import { editSince, takenFrom } from './file-edit.ts';
import { sameAlias, type TrustedEntry } from './imported-entries.ts';
import { createSharedTrustStores } from './shared-trust-stores.ts';
import { createTrustRoles } from './trust-roles.ts';

const ALICE = { name: 'alice', through: 'admin-api' } as const;
const AT = { file: '/home/a/store.jks', node: 'a:/home/a' };
const unchecked = async () => {};

async function entry(alias: string): Promise<TrustedEntry> {
  const issued = await issueCertificate({
    subject: `CN=${alias}`,
    keyType: 'EC-P256',
    days: 1,
    usage: 'ca',
    now: Date.now(),
  });
  return { kind: 'trusted-certificate', alias, certificate: issued.certificate };
}
const [one, two, three] = [await entry('one'), await entry('two'), await entry('three')];

async function opened(t: TestContext) {
  const storage = await openTestStorage(t);
  const recorded: EventDraft[] = [];
  const events = recorderInto(recorded);
  const roles = createTrustRoles(storage, events, () => ({ authorities: [], handshake: [] }), Date.now);
  const stores = createSharedTrustStores(storage, events, roles, Date.now);
  const aliases = async (store = 'truststore') =>
    (await stores.read([store]))
      .get(store)
      ?.entries.map(({ alias }) => alias)
      .toSorted();
  return { stores, roles, recorded, aliases };
}

test('of nodes that start at once one gives its file, and its event says which', async (t) => {
  const { stores, recorded, aliases } = await opened(t);
  const given = await Promise.all([one, two, three].map((each) => stores.takeOver('truststore', [each], AT)));
  assert.equal(given.filter(Boolean).length, 1);
  assert.equal((await aliases())?.length, 1);
  assert.deepEqual(
    recorded.map(({ type, detail }) => [type, detail]),
    [['truststore.changed', AT]],
  );
});

test('an edit is taken up once, however many processes find it, and revives nothing when it is found again', async (t) => {
  const { stores, recorded, aliases } = await opened(t);
  await stores.takeOver('truststore', [one], AT);
  const edit = editSince(takenFrom('store.jks', [one], []), [two]);
  assert.ok(edit);
  await Promise.all(Array.from({ length: 5 }, () => stores.takeUp('truststore', edit, AT)));
  assert.deepEqual(await aliases(), ['two']);
  assert.equal(recorded.length, 2);
  await stores.change('truststore', () => [], ALICE, unchecked);
  await stores.takeUp('truststore', edit, AT);
  assert.deepEqual(await aliases(), [], 'the node that died before it noted the edit');
});

test('edits of two nodes at the same moment both count', async (t) => {
  const { stores, aliases } = await opened(t);
  await stores.takeOver('truststore', [one], AT);
  const edits = [[one, two], [three]].map((held) => editSince(takenFrom('store.jks', [one], []), held));
  await Promise.all(edits.map((edit) => edit && stores.takeUp('truststore', edit, AT)));
  assert.deepEqual(await aliases(), ['three', 'two']);
});

test('an alias that is taken, or no name for people, gives way to the thumbprint', async (t) => {
  const { stores, aliases } = await opened(t);
  const odd = { ...three, alias: 'a\u0000b' };
  await stores.takeOver('truststore', [one, { ...two, alias: 'ONE' }, odd], AT);
  const named = [two, three].map(({ certificate }) => certificate.thumbprint.toLowerCase());
  assert.deepEqual(await aliases(), [...named, 'one'].toSorted());
});

test('the role of an authority leaves with its certificate in one unit, once no store has it', async (t) => {
  const { stores, roles, recorded, aliases } = await opened(t);
  await stores.takeOver('truststore', [one], AT);
  await stores.takeOver('trust_group.partners', [one], AT);
  await roles.name([one.certificate.thumbprint], 'authority', ALICE);
  const remove = (store: string) =>
    stores.change(store, (entries) => entries.filter((each) => !sameAlias('one')(each)), ALICE, unchecked);
  await remove('truststore');
  assert.equal((await roles.list()).length, 1, 'the group has it still');
  recorded.length = 0;
  await remove('trust_group.partners');
  assert.deepEqual([await aliases('trust_group.partners'), await roles.list()], [[], []]);
  assert.deepEqual(
    recorded.map(({ type, object }) => [type, object?.id]),
    [
      ['truststore.changed', 'partners'],
      ['truststore.role_named', one.certificate.thumbprint],
    ],
  );
});

test('a store that is not as its caller saw it is not changed, nor is a role given', async (t) => {
  const { stores, roles, recorded, aliases } = await opened(t);
  await stores.takeOver('truststore', [], AT);
  const refuses = async () => {
    throw new Error('changed meanwhile');
  };
  const naming = { thumbprints: [one.certificate.thumbprint], role: 'authority' } as const;
  await assert.rejects(
    stores.change('truststore', () => [one], ALICE, refuses, naming),
    /changed meanwhile/,
  );
  assert.deepEqual([await aliases(), await roles.list(), recorded], [[], [], []]);
  await stores.change('truststore', () => [one], ALICE, unchecked, naming);
  assert.deepEqual(
    [await aliases(), (await roles.list()).map(({ role }) => role), recorded.map(({ type }) => type)],
    [['one'], ['authority'], ['truststore.role_named', 'truststore.changed']],
  );
});
