import assert from 'node:assert/strict';
import { onBothDatabases, unique } from '../../../test/storage-contract.ts';

onBothDatabases('notices of ends', (test) => {
  const END = 2_000_000_000_000;
  const LATER = 4_000_000_000_000;

  test('a notice is given once, however many processes give it at once', async ({ storage, another }) => {
    const watched = unique('client a');
    const notice = { watched, ends_at: END, days: 7, noted_at: 5 };
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const { commit, expiryNotices } = index % 2 ? storage : another;
        return commit([expiryNotices.steps.give({ ...notice, event_id: `E${index}` }, LATER)]);
      }),
    );
    assert.deepEqual(outcomes.map(({ outcome }) => outcome).toSorted(), [
      'committed',
      ...Array(9).fill('refused'),
    ]);
    const given = await storage.expiryNotices.of([watched]);
    assert.equal(given.length, 1);
    assert.equal(given[0]?.watched, watched);

    const others = [
      { ...notice, days: 1, event_id: 'E-days' },
      { ...notice, ends_at: END + 1, event_id: 'E-end' },
    ];
    for (const other of others) {
      const { outcome } = await storage.commit([storage.expiryNotices.steps.give(other, LATER)]);
      assert.equal(outcome, 'committed', 'of another end, or another number of days, it is another notice');
    }
  });

  test('what is passed over counts as given, and tells nobody', async ({ storage }) => {
    const watched = unique(`client ${'long '.repeat(100)}`);
    const notices = [{ watched, ends_at: END, days: 30, noted_at: 5 }];
    await storage.expiryNotices.passOver(notices, LATER);
    await storage.expiryNotices.passOver(notices, LATER);
    const given = { ...notices[0], watched, event_id: '' };
    assert.deepEqual(await storage.expiryNotices.of([watched, unique('nothing')]), [given]);
    const { outcome } = await storage.commit([
      storage.expiryNotices.steps.give(
        { watched, ends_at: END, days: 30, noted_at: 6, event_id: 'E' },
        LATER,
      ),
    ]);
    assert.equal(outcome, 'refused');
  });

  test('when the watch was first there stays known, and sweeping leaves it', async ({ storage, another }) => {
    assert.equal(await storage.expiryNotices.begun(), undefined);
    assert.equal(await storage.expiryNotices.begin(1_000), 1_000);
    assert.equal(await another.expiryNotices.begin(2_000), 1_000);
    await storage.sweep(LATER + 1);
    assert.equal(await another.expiryNotices.begun(), 1_000);
    assert.deepEqual(await storage.expiryNotices.of(['the watched']), []);
  });
});
