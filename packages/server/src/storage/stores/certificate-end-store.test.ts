import assert from 'node:assert/strict';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { onBothDatabases, unique } from '../../../test/storage-contract.ts';
import type { CertificateUse, EndPlace, EndRequest } from '../storage.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-06-01T00:00:00Z');

/** A certificate of so many days from now on. */
const certificateOf = async (days: number, usage: 'client' | 'ca' = 'client') => {
  const { certificate } = await issueCertificate({
    subject: `CN=${unique('certificate')}`,
    keyType: 'EC-P256',
    days,
    usage,
    now: NOW,
  });
  return certificate;
};

onBothDatabases('ends of what clients have', (test) => {
  test('registered certificates come by their end, page after page, those of disabled clients not', async ({
    storage,
    insertedClient,
  }) => {
    const days = [3, 1, 2, 2, 5];
    const certificates = await Promise.all(days.map((each) => certificateOf(each)));
    for (const each of certificates) await insertedClient({}, { certificates: [certificateToPem(each)] });
    const [shared] = certificates;
    assert.ok(shared);
    await insertedClient({ enabled: false }, { certificates: [certificateToPem(await certificateOf(1))] });
    const request: EndRequest = { limit: 2, since: NOW, until: NOW + 4 * DAY };
    const found: number[] = [];
    for (let after: EndPlace | undefined; ; ) {
      const rows = await storage.certificateEnds.registered({ ...request, after });
      found.push(...rows.map(({ not_after }) => Math.round(((not_after ?? 0) - NOW) / DAY)));
      const last = rows.at(-1);
      if (!last || rows.length < 2) break;
      after = { not_after: last.not_after ?? 0, first: last.client_id, second: last.thumbprint };
    }
    assert.deepEqual(found, [1, 2, 2, 3]);

    const untold = () => storage.certificateEnds.registered({ ...request, limit: 10, untoldOf: 7 });
    const [first] = await untold();
    assert.ok(first);
    const watched = `client ${first.client_id} ${first.thumbprint}`;
    const give = (given: number) =>
      storage.expiryNotices.passOver(
        [{ watched, ends_at: first.not_after ?? 0, days: given, noted_at: NOW }],
        NOW + 900 * DAY,
      );
    await give(30);
    assert.equal((await untold()).length, 4, 'a notice long before leaves one to give');
    await give(7);
    assert.equal((await untold()).length, 3);

    const several = () => storage.certificateEnds.registered({ ...request, limit: 10, sharedBeside: [] });
    assert.deepEqual(await several(), []);
    const { client_id } = await insertedClient({}, { certificates: [certificateToPem(shared)] });
    assert.deepEqual(
      (await several()).map(({ thumbprint }) => thumbprint),
      [shared.thumbprint, shared.thumbprint],
    );
    const [, beside] = certificates;
    assert.equal(
      (
        await storage.certificateEnds.registered({
          ...request,
          limit: 10,
          sharedBeside: [beside?.thumbprint ?? ''],
        })
      ).length,
      3,
    );
    assert.equal(
      (await storage.certificateEnds.holders([shared.thumbprint], 10)).get(shared.thumbprint)?.length,
      2,
    );
    await storage.clients.remove(client_id);
    assert.deepEqual(await several(), []);
  });

  const use = (client_id: string, over: Partial<CertificateUse>): CertificateUse => ({
    client_id,
    thumbprint: unique('thumbprint'),
    subject: 'CN=presented',
    not_before: NOW,
    not_after: NOW + 3 * DAY,
    used_at: NOW,
    ...over,
  });

  test('one that a later one followed on a later day was succeeded', async ({ storage, insertedClient }) => {
    const [earlier, later] = [await certificateOf(10), await certificateOf(20)];
    const { client_id } = await insertedClient(
      {},
      { certificates: [earlier, later].map((each) => certificateToPem(each)) },
    );
    const succeeded = async () =>
      (await storage.certificateEnds.registered({ limit: 10, since: NOW, client_id })).map(
        (row) => row.succeeded,
      );
    assert.deepEqual(await succeeded(), [0, 0], 'that it is registered says nothing');
    const came = ({ thumbprint, notAfter }: typeof earlier, day: number) =>
      storage.certificateUses.note(
        [use(client_id, { thumbprint, not_after: notAfter, used_at: NOW + day * DAY })],
        [],
      );
    await came(earlier, 1);
    await came(later, 1);
    assert.deepEqual(await succeeded(), [0, 0]);
    await came(later, 2);
    assert.deepEqual(await succeeded(), [1, 0]);
    await came(earlier, 3);
    assert.deepEqual(await succeeded(), [0, 0], 'its client went back to it');
  });

  test('of what clients came with the latest counts, and nothing that is registered', async ({
    storage,
    insertedClient,
  }) => {
    const byAuthority = await insertedClient(
      {},
      { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'a.example' },
    );
    const { client_id } = byAuthority;
    const [before, now] = [use(client_id, { not_after: NOW + DAY }), use(client_id, { used_at: NOW - DAY })];
    await storage.certificateUses.note([before], []);
    await storage.certificateUses.note([now], []);
    const certificate = await certificateOf(2);
    const own = await insertedClient({}, { certificates: [certificateToPem(certificate)] });
    await storage.certificateUses.note([use(own.client_id, { thumbprint: certificate.thumbprint })], []);
    const presented = await storage.certificateEnds.presented({ limit: 10, since: NOW });
    assert.deepEqual(
      presented.map(({ thumbprint, subject }) => [thumbprint, subject]),
      [[now.thumbprint, 'CN=presented']],
    );
    await storage.clients.update({ ...byAuthority, enabled: false, revision: 2 });
    assert.deepEqual(await storage.certificateEnds.presented({ limit: 10, since: NOW }), []);
  });

  test('authorities of clients’ own are one each, whoever has them', async ({ storage, insertedClient }) => {
    const [one, other] = [await certificateOf(3, 'ca'), await certificateOf(9, 'ca')];
    const method = { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'a' } as const;
    const first = await insertedClient({}, { ...method, trust_anchors: [certificateToPem(one)] });
    await insertedClient(
      {},
      { ...method, trust_anchors: [one, one, other].map((each) => certificateToPem(each)) },
    );
    const listed = async (over: Partial<EndRequest> = {}) =>
      (await storage.certificateEnds.authorities({ limit: 10, since: NOW, ...over })).map((row) => [
        row.thumbprint,
        Number(row.clients),
      ]);
    assert.deepEqual(await listed(), [
      [one.thumbprint, 2],
      [other.thumbprint, 1],
    ]);
    assert.deepEqual(await listed({ until: NOW + 4 * DAY }), [[one.thumbprint, 2]]);
    assert.deepEqual(
      await listed({ after: { not_after: one.notAfter, first: one.thumbprint, second: '' } }),
      [[other.thumbprint, 1]],
    );
    await storage.clients.update({
      ...first,
      metadata: { ...first.metadata, trust_anchors: [certificateToPem(other)] },
      revision: 2,
    });
    assert.deepEqual(await listed(), [
      [one.thumbprint, 1],
      [other.thumbprint, 2],
    ]);
    await storage.clients.remove(first.client_id);
    assert.deepEqual(await listed(), [
      [one.thumbprint, 1],
      [other.thumbprint, 1],
    ]);
  });

  test('what nobody can say the end of is listed by itself', async ({ storage, insertedClient }) => {
    const named = await insertedClient(
      {},
      {
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        jwks: {
          keys: [
            {
              kty: 'EC',
              crv: 'P-256',
              x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
              y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
              'x5t#S256': 'CIlHeBQ9ZKRGhQt_jlnA_ESyVWVK9vt-RshPFeOTQMc',
            },
          ],
        },
      },
    );
    const rows = await storage.certificateEnds.withoutEnd({ limit: 10 });
    assert.deepEqual(
      rows.map(({ client_id, not_after }) => [client_id, not_after]),
      [[named.client_id, null]],
    );
    const [row] = rows;
    const after = { not_after: 0, first: row?.client_id ?? '', second: row?.thumbprint ?? '' };
    assert.deepEqual(await storage.certificateEnds.withoutEnd({ limit: 10, after }), []);
  });

  test('certificates by which people sign in are known', async ({ storage }) => {
    const credential_id = unique('thumbprint');
    const person = unique('sub');
    await storage.users.insert({
      sub: person,
      username: person,
      password_hash: '',
      roles: [],
      claims: {},
      enabled: true,
      created_at: 1,
      revision: 1,
    });
    await storage.credentials.insert({
      kind: 'certificate',
      sub: person,
      credential_id,
      subject: 'CN=a',
      not_after: NOW,
      created_at: 1,
    });
    const people = await storage.certificateEnds.ofPeople([credential_id, unique('other')]);
    assert.deepEqual([...people], [credential_id]);
  });
});
