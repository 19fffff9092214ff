import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { Certificate } from '@countersign/x509';
import {
  CERTIFICATES,
  client,
  code,
  grant,
  onBothDatabases,
  readAll,
  referenceToken,
  refreshToken,
  unique,
} from '../../../test/storage-contract.ts';
import type { Client } from '../../client/client.ts';
import type { ClientMetadata } from '../../client/client-metadata.ts';
import { type ClientFilter, StorageConflict } from '../storage.ts';
import { InvalidCursor, UnreadableRecord } from '../storage-errors.ts';

onBothDatabases('clients', (test) => {
  test('come back as they went in', async ({ storage, insertedClient }) => {
    const plain = await insertedClient();
    assert.deepEqual(await storage.clients.find(plain.client_id), plain);
    const full = await insertedClient(
      { client_secret_sha256: 'hash', enabled: false, revision: 7 },
      { client_name: 'Ünïcode 😀 " \\ %', jwks: { keys: [{ kty: 'EC', x: 'y' }] } },
    );
    assert.deepEqual(await storage.clients.find(full.client_id), full);
    assert.equal(await storage.clients.find('absent'), undefined);
    assert.equal(await storage.clients.find('nul\0inside'), undefined);
  });

  test('a taken client_id is a conflict and leaves the first client alone', async ({
    storage,
    insertedClient,
  }) => {
    const first = await insertedClient();
    await assert.rejects(
      storage.clients.insert({ ...first, enabled: false }),
      (error) => error instanceof StorageConflict && error.message.includes(first.client_id),
    );
    assert.deepEqual(await storage.clients.find(first.client_id), first);
  });

  test('of many updates from one revision exactly one wins', async ({ storage, insertedClient }) => {
    const first = await insertedClient();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => storage.clients.update({ ...first, enabled: false, revision: 2 })),
    );
    const lost = outcomes.filter(
      (each) => each.status === 'rejected' && each.reason instanceof StorageConflict,
    );
    assert.equal(lost.length, 19);
    assert.deepEqual(await storage.clients.find(first.client_id), {
      ...first,
      enabled: false,
      revision: 2,
    });
    await assert.rejects(storage.clients.update(client({ revision: 2 })), StorageConflict);
  });

  test('are listed by name without regard to case, then by client_id, page by page', async ({ storage }) => {
    const tag = unique('listing');
    const expected = ['alpha', 'Beta', 'beta', 'BETA', 'gamma'].map((word, index) =>
      client({ client_id: `${tag}-${index}` }, { client_name: word }),
    );
    for (const each of expected.toReversed()) await storage.clients.insert(each);
    for (const limit of [1, 2, 5, 50]) {
      const listed = await readAll((next) => storage.clients.list({ search: tag, limit, ...next }));
      assert.deepEqual(listed, expected, `${limit} a page`);
    }
    const exact = await storage.clients.list({ search: tag, limit: 5 });
    assert.equal(exact.next, undefined, 'a full last page names no next');
  });

  test('search matches name or client_id, takes its text literally, and ignores case', async ({
    storage,
    insertedClient,
  }) => {
    const tag = unique('search');
    const named = await insertedClient({}, { client_name: `Größe 100%_${tag}` });
    const other = await insertedClient({ client_id: `ID-${tag}` }, { client_name: 'other' });
    const found = async (search: string) =>
      (await storage.clients.list({ search, limit: 10 })).items.map(({ client_id }) => client_id);
    assert.deepEqual(await found(`GRÖSSE 100%_${tag}`.replace('SS', 'ß')), [named.client_id]);
    assert.deepEqual(await found(`100_%${tag}`), []);
    assert.deepEqual(await found(`%${tag}`), []);
    assert.deepEqual(await found(`id-${tag}`.toUpperCase()), [other.client_id]);
    assert.deepEqual((await found(tag)).toSorted(), [named.client_id, other.client_id].toSorted());
  });

  test('a cursor that is none of this listing is refused', async ({ storage }) => {
    for (const cursor of ['', '!', 'bm90IGpzb24', Buffer.from('[1,2]').toString('base64url')]) {
      await assert.rejects(storage.clients.list({ after: cursor, limit: 1 }), InvalidCursor);
    }
  });

  test('are counted', async ({ storage, insertedClient }) => {
    const counted = await storage.clients.count();
    await insertedClient();
    assert.equal(await storage.clients.count(), counted + 1);
  });

  test('are found by the thumbprint of a registered certificate, and only while it is registered', async ({
    storage,
    insertedClient,
  }) => {
    const [old, next] = CERTIFICATES;
    const first = await insertedClient({}, { certificates: [old.pem, old.pem] });
    const second = await insertedClient({}, { certificates: [next.pem, old.pem] });
    const found = async (thumbprint: string) =>
      (await storage.clients.findByThumbprint(thumbprint)).map(({ client_id }) => client_id).toSorted();
    assert.deepEqual(await found(old.thumbprint), [first.client_id, second.client_id].toSorted());
    assert.deepEqual(await storage.clients.findByThumbprint(next.thumbprint), [
      { client_id: second.client_id, client_name: second.metadata.client_name },
    ]);

    await storage.clients.update({
      ...second,
      metadata: { ...second.metadata, certificates: [next.pem] },
      revision: 2,
    });
    assert.deepEqual(await found(old.thumbprint), [first.client_id]);
    await storage.clients.remove(second.client_id);
    assert.deepEqual(await found(next.thumbprint), []);

    const certificate = new X509Certificate(next.pem);
    const jwk = { ...certificate.publicKey.export({ format: 'jwk' }), kty: 'EC' };
    const bySet = await insertedClient(
      {},
      { jwks: { keys: [{ ...jwk, x5c: [certificate.raw.toString('base64')] }] } },
    );
    const byThumbprint = await insertedClient(
      {},
      { jwks: { keys: [{ ...jwk, 'x5t#S256': next.thumbprint }] } },
    );
    const ids = [bySet.client_id, byThumbprint.client_id].toSorted();
    assert.deepEqual(await found(next.thumbprint), ids);
  });

  test('are listed by state, method and the end of a certificate, alone and together', async ({
    storage,
    insertedClient,
  }) => {
    const tag = unique('narrowed');
    const [old] = CERTIFICATES;
    const { notAfter } = Certificate.fromDer(new X509Certificate(old.pem).raw);
    const add = async (over: Partial<Client>, metadata: Partial<ClientMetadata>) =>
      (await insertedClient(over, { client_name: tag, ...metadata })).client_id;
    const secret = await add({}, { token_endpoint_auth_method: 'client_secret_basic' });
    const off = await add({ enabled: false }, { token_endpoint_auth_method: 'client_secret_basic' });
    const certified = await add(
      {},
      { token_endpoint_auth_method: 'self_signed_tls_client_auth', certificates: [old.pem] },
    );
    const listed = async (filter: ClientFilter) =>
      (await storage.clients.list({ search: tag, limit: 10, ...filter })).items
        .map(({ client_id }) => client_id)
        .toSorted();
    const basic = { token_endpoint_auth_method: 'client_secret_basic' };
    assert.deepEqual(await listed({}), [secret, off, certified].toSorted());
    assert.deepEqual(await listed({ enabled: false }), [off]);
    assert.deepEqual(await listed(basic), [secret, off].toSorted());
    assert.deepEqual(await listed({ ...basic, enabled: true }), [secret]);
    assert.deepEqual(await listed({ certificateEndsBefore: notAfter + 1 }), [certified]);
    assert.deepEqual(await listed({ certificateEndsBefore: notAfter }), []);
    assert.deepEqual(await listed({ ...basic, certificateEndsBefore: notAfter + 1 }), []);
  });

  test('have their certificates counted by end, and the soonest named', async ({
    storage,
    insertedClient,
  }) => {
    const [old] = CERTIFICATES;
    const { notAfter, thumbprint } = Certificate.fromDer(new X509Certificate(old.pem).raw);
    const bounds = [notAfter, notAfter + 1];
    const before = await storage.clients.countCertificateEnds(bounds, 1_000);
    const { client_id } = await insertedClient({}, { client_name: 'ends', certificates: [old.pem] });
    const after = await storage.clients.countCertificateEnds(bounds, 1_000);
    assert.deepEqual(
      after.map((count, index) => count - (before[index] ?? 0)),
      [0, 1, 0],
    );
    const soonest = await storage.clients.soonestCertificateEnds(notAfter, 1000);
    assert.deepEqual(
      soonest.find((end) => end.client_id === client_id),
      { client_id, client_name: 'ends', thumbprint, not_after: notAfter },
    );
    const later = await storage.clients.soonestCertificateEnds(notAfter + 1, 1000);
    assert.equal(
      later.find((end) => end.client_id === client_id),
      undefined,
    );
    await storage.clients.remove(client_id);
    assert.deepEqual(await storage.clients.countCertificateEnds(bounds, 1_000), before);
  });

  test('removal takes grants, codes, tokens and consents along, and those of no other client', async ({
    storage,
    insertedClient,
  }) => {
    const [gone, kept] = [await insertedClient(), await insertedClient()];
    const belongings = async ({ client_id }: Client) => {
      const held = {
        grant: grant(client_id),
        code: code(client_id),
        refresh: refreshToken(client_id),
        reference: referenceToken(client_id),
      };
      await storage.grants.insert(held.grant);
      await storage.authorizationCodes.insert(held.code);
      await storage.refreshTokens.insert(held.refresh);
      await storage.referenceTokens.insert(held.reference);
      await storage.consents.put({ sub: 'alice', client_id, scopes: [], granted_at: 1 });
      return async () => [
        (await storage.grants.find(held.grant.grant_id)) !== undefined,
        (await storage.authorizationCodes.find(held.code.code_sha256)) !== undefined,
        (await storage.refreshTokens.find(held.refresh.token_sha256)) !== undefined,
        (await storage.referenceTokens.find(held.reference.token_sha256)) !== undefined,
        (await storage.consents.find('alice', client_id)) !== undefined,
      ];
    };
    const [ofGone, ofKept] = [await belongings(gone), await belongings(kept)];
    assert.equal(await storage.clients.remove(gone.client_id), true);
    assert.equal(await storage.clients.remove(gone.client_id), false);
    assert.equal(await storage.clients.find(gone.client_id), undefined);
    assert.deepEqual(await ofGone(), Array(5).fill(false));
    assert.deepEqual(await ofKept(), Array(5).fill(true));
  });

  test('one of the clients whose secret is sealed is found, where there are any', async ({
    storage,
    insertedClient,
  }) => {
    assert.equal(await storage.clients.findWithSealedSecret(), undefined);
    await insertedClient();
    assert.equal(await storage.clients.findWithSealedSecret(), undefined);
    const { client_id } = await insertedClient({ client_secret_sealed: 'v1.x' });
    assert.deepEqual(await storage.clients.findWithSealedSecret(), {
      client_id,
      client_secret_sealed: 'v1.x',
    });
    await storage.clients.remove(client_id);
    assert.equal(await storage.clients.findWithSealedSecret(), undefined);
  });

  test('an origin is known while an enabled client has it', async ({ storage, another, insertedClient }) => {
    const of = (host: string) => `https://${host}.example`;
    const known = async (...hosts: string[]) =>
      Promise.all(hosts.map(async (host) => (await another.clients.findByOrigin(of(host))) !== undefined));
    assert.deepEqual(await known('a', 'b', 'c'), [false, false, false]);
    const spa = await insertedClient(
      {},
      {
        token_endpoint_auth_method: 'none',
        redirect_uris: [`${of('a')}/cb`, `${of('a')}/other`, `${of('b')}:443/cb`, 'com.example.app:/cb'],
        allowed_cors_origins: [of('c'), of('a')],
      },
    );
    const web = await insertedClient(
      {},
      { redirect_uris: [`${of('d')}/cb`], allowed_cors_origins: [of('a')] },
    );
    assert.deepEqual(await known('a', 'b', 'c', 'd'), [true, true, true, false]);
    for (const none of ['https://A.example', 'https://a.example/', 'https://a', 'null', '', "'", '%']) {
      assert.equal(await storage.clients.findByOrigin(none), undefined, none);
    }
    const off = { ...spa, enabled: false, revision: 2 };
    await storage.clients.update(off);
    assert.deepEqual(await known('a', 'b', 'c'), [true, false, false]);
    await storage.clients.update({
      ...off,
      enabled: true,
      metadata: { ...spa.metadata, redirect_uris: [`${of('e')}/cb`] },
      revision: 3,
    });
    assert.deepEqual(await known('a', 'b', 'c', 'e'), [true, false, true, true]);
    await storage.clients.remove(web.client_id);
    assert.deepEqual(await known('a'), [true]);
    await storage.clients.remove(spa.client_id);
    assert.deepEqual(await known('a', 'c', 'e'), [false, false, false]);
  });

  test('nothing can be issued to a client that is gone', async ({ storage }) => {
    await assert.rejects(storage.referenceTokens.insert(referenceToken('absent')), StorageConflict);
    await assert.rejects(storage.refreshTokens.insert(refreshToken('absent')), StorageConflict);
    await assert.rejects(storage.grants.insert(grant('absent')), StorageConflict);
  });

  test('metadata damaged in the database is told as such', async ({ storage, database, insertedClient }) => {
    const { client_id } = await insertedClient();
    await database.execute(
      `update client set metadata = '{"client_name":7}' where client_id = '${client_id}'`,
    );
    await assert.rejects(
      storage.clients.find(client_id),
      (error) => error instanceof UnreadableRecord && error.message.includes(client_id),
    );
    await storage.clients.remove(client_id);
  });
});
