import assert from 'node:assert/strict';
import test from 'node:test';
import { knownClient } from '../../test/known-client.ts';
import { OutboundRefused, type OutboundRequest } from '../outbound/outbound-fetch.ts';
import { createSectorCheck, type SectorFault, SectorUnverified } from './sector-document.ts';

const ONE = 'https://one.example/cb';
const TWO = 'https://two.example/cb';
const sector_identifier_uri = 'https://sector.example/uris.json';
const client = (changes: Record<string, unknown> = {}) =>
  knownClient({ subject_type: 'pairwise', redirect_uris: [ONE, TWO], sector_identifier_uri, ...changes })
    .client;

/** A check over a place that answers so, and what was asked there. */
function checkOver(answer: string | Uint8Array | Error) {
  const asked: OutboundRequest[] = [];
  const check = createSectorCheck(async (request) => {
    asked.push(request);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: typeof answer === 'string' ? Buffer.from(answer) : answer };
  });
  return { check, asked };
}
const withFault = (fault: SectorFault) => (error: unknown) =>
  error instanceof SectorUnverified && error.evidence.fault === fault;

test('every redirect URI must stand in the document, character by character', async () => {
  const { check, asked } = checkOver(JSON.stringify([ONE, TWO, 'https://third.example/']));
  await check(client());
  assert.partialDeepStrictEqual(asked, [
    {
      purpose: 'sector',
      client_id: 'c1',
      url: sector_identifier_uri,
      refusesRedirects: true,
      maxBytes: 262_144,
    },
  ]);
  await assert.rejects(check(client({ redirect_uris: [ONE, `${TWO}/`] })), withFault('uri_missing'));
  await assert.rejects(checkOver('[]').check(client()), withFault('uri_missing'));
});

test('a client without sector_identifier_uri has nothing fetched', async () => {
  const { check, asked } = checkOver('[]');
  await check(knownClient({ subject_type: 'pairwise', redirect_uris: [ONE] }).client);
  assert.equal(asked.length, 0);
});

test('what is no JSON array of texts vouches for nothing', async () => {
  const documents = ['', '{}', 'null', `"${ONE}"`, `{"uris":["${ONE}"]}`, `["${ONE}", 1]`, `["${ONE}"`];
  for (const document of [...documents, Uint8Array.of(0x5b, 0xff, 0x5d)]) {
    await assert.rejects(checkOver(document).check(client()), withFault('malformed'), String(document));
  }
});

test('a document that cannot be had vouches for nothing, and a stranger learns no more than that', async () => {
  const { check } = checkOver(
    new OutboundRefused('address-not-allowed', '10.0.0.1 is not public', { address: '10.0.0.1' }),
  );
  await assert.rejects(check(client()), (error) => {
    assert(error instanceof SectorUnverified);
    assert.doesNotMatch(error.publicMessage, /10\.0\.0\.1/);
    assert.match(error.message, /10\.0\.0\.1/);
    assert.partialDeepStrictEqual(error.evidence, { fault: 'unavailable', because: 'address-not-allowed' });
    return true;
  });
  await assert.rejects(checkOver(new Error('unforeseen')).check(client()), /unforeseen/);
});

test('what was checked stays checked: only what is new is looked up', async () => {
  const before = client().metadata;
  const away = checkOver(new OutboundRefused('network', 'away'));
  await away.check(client({ client_name: 'Another' }), before);
  await away.check(client({ redirect_uris: [TWO] }), before);
  assert.equal(away.asked.length, 0);
  const third = client({ redirect_uris: [ONE, TWO, 'https://third.example/cb'] });
  await assert.rejects(away.check(third, before), withFault('unavailable'));
  // The document lists what is there now; what was checked when it was registered is not checked again.
  await checkOver('["https://third.example/cb"]').check(third, before);
  const elsewhere = client({ sector_identifier_uri: 'https://other.example/uris.json' });
  await assert.rejects(checkOver('[]').check(elsewhere, before), withFault('uri_missing'));
  const first = client({ sector_identifier_uri: undefined, redirect_uris: [ONE] }).metadata;
  await assert.rejects(
    checkOver('[]').check(client({ redirect_uris: [ONE] }), first),
    withFault('uri_missing'),
  );
});

test('of a CIBA client the document lists the jwks_uri too', async () => {
  const jwks_uri = 'https://keys.example/jwks';
  const ciba = client({
    grant_types: ['urn:openid:params:grant-type:ciba'],
    backchannel_token_delivery_mode: 'poll',
    token_endpoint_auth_method: 'private_key_jwt',
    redirect_uris: [],
    jwks_uri,
  });
  await assert.rejects(checkOver(JSON.stringify([ONE])).check(ciba), withFault('uri_missing'));
  await checkOver(JSON.stringify([jwks_uri])).check(ciba);
});
