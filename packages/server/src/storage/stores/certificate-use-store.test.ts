import assert from 'node:assert/strict';
import { CERTIFICATES, onBothDatabases, unique } from '../../../test/storage-contract.ts';
import type { CertificateUse } from '../storage.ts';

const DAY = 86_400_000;

onBothDatabases('uses of certificates', (test) => {
  const use = (client_id: string, over: Partial<CertificateUse> = {}): CertificateUse => ({
    client_id,
    thumbprint: unique('thumbprint'),
    subject: 'CN=a',
    not_before: 0,
    not_after: 100 * DAY,
    used_at: 50 * DAY,
    ...over,
  });

  test('a later day is noted, an earlier one changes nothing', async ({ storage, another }) => {
    const noted = use(unique('a'));
    const last = async () =>
      (await another.certificateUses.usesOf([noted.thumbprint])).map((each) => each.last_used_at / DAY);
    for (const [day, expected] of [
      [50, 50],
      [52, 52],
      [51, 52],
    ] as const) {
      await storage.certificateUses.note([{ ...noted, used_at: day * DAY }], []);
      assert.deepEqual(await last(), [expected]);
    }
  });

  test('of many at once, in several processes, each is noted', async ({ storage, another }) => {
    const uses = Array.from({ length: 350 }, () => use(unique('many')));
    await Promise.all([
      storage.certificateUses.note(uses, []),
      another.certificateUses.note(uses.toReversed(), []),
    ]);
    const found = await storage.certificateUses.usesOf(uses.map(({ thumbprint }) => thumbprint));
    assert.equal(found.length, 350);
  });

  test('of what nobody registered the latest is kept alone; what is registered stays', async ({
    storage,
    insertedClient,
  }) => {
    const [one, other] = CERTIFICATES;
    const { client_id } = await insertedClient({}, { certificates: [one.pem] });
    const registered = use(client_id, { thumbprint: one.thumbprint, not_after: 60 * DAY });
    const earlier = use(client_id, { not_after: 70 * DAY });
    const later = use(client_id, { thumbprint: other.thumbprint, not_after: 80 * DAY, used_at: 51 * DAY });
    for (const each of [registered, earlier, later]) await storage.certificateUses.note([each], []);
    const found = await storage.certificateUses.usesOf(
      [registered, earlier, later].map(({ thumbprint }) => thumbprint),
    );
    assert.deepEqual(
      new Set(found.map(({ thumbprint }) => thumbprint)),
      new Set([one.thumbprint, other.thumbprint]),
    );
  });

  test('an authority is known since it was seen first, and vouched when it did last', async ({
    storage,
    another,
  }) => {
    const thumbprint = unique('authority');
    const known = async () => (await another.certificateUses.authoritiesUsed([thumbprint])).get(thumbprint);
    assert.equal(await known(), undefined);
    await storage.certificateUses.seeAuthorities([thumbprint, thumbprint], 10 * DAY);
    await another.certificateUses.seeAuthorities([thumbprint], 20 * DAY);
    assert.deepEqual(await known(), { first_seen_at: 10 * DAY, last_used_at: 0 });
    await storage.certificateUses.note([], [{ thumbprint, used_at: 30 * DAY }]);
    assert.deepEqual(await known(), { first_seen_at: 10 * DAY, last_used_at: 30 * DAY });
    await storage.certificateUses.seeAuthorities([thumbprint], 800 * DAY);
    await storage.sweep(900 * DAY);
    assert.ok(await known(), 'what is trusted still is not forgotten');
    await storage.sweep(1_700 * DAY);
    assert.equal(await known(), undefined);
  });
});
