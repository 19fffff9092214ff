import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import { importRecords } from '../src/move/import-records.ts';
import { importContext } from '../src/server/importing.ts';
import { openTrustStores } from '../src/server/trust-stores.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { itemOf, movedClient, NO_INPUT, sourceOf } from './moved-items.ts';
import { type Answer, post } from './token-client.ts';

/** As people choose them: short, with what a form changes, and outside ASCII. */
const CHOSEN = 'pä+ss %41&=½';
/** As long as HS256 wants it (RFC 7518 §3.2). */
const PHRASE = `a phrase that somebody chose: ${CHOSEN}`;
/** As servers draw them. */
const DRAWN = 'IjlblQpatEJbyeKeOac09yTfAHFKKyGU';
/** Beyond what RFC 6749 allows. */
const CLIENT_ID = 'Hafen:übersicht 1';

const METHODS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'] as const;
const idOf = (method: string) => `${CLIENT_ID} ${method}`;

const base64 = (text: string) => Buffer.from(text).toString('base64');
const encoded = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
/** RFC 6749 appendix B. */
const formEncoded = (client_id: string, secret: string) =>
  `Basic ${base64(`${encoded(client_id)}:${encoded(secret)}`)}`;
/** As clients send it whose server decodes nothing. */
const plain = (client_id: string, secret: string) => `Basic ${base64(`${client_id}:${secret}`)}`;

/** An assertion that the secret signs (OIDC Core §9). */
function assertion(issuer: string, client_id: string, secret: string): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: client_id, sub: client_id, aud: issuer, jti: randomUUID(), iat: now, exp: now + 60 };
  const signed = `${part({ alg: 'HS256' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

describe('secrets that another server gave out', () => {
  let server: AuthorizationServer;

  before(async () => {
    server = await startAuthorizationServer({ account_lock: { max_failed_attempts: 3 } });
    const trust = await openTrustStores(server.opened);
    const metadata = (token_endpoint_auth_method: string) => ({
      client_name: 'moved',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method,
    });
    const records = [
      ...METHODS.map((method) =>
        movedClient(idOf(method), {
          metadata: metadata(method),
          secret: { form: 'text', value: method === 'client_secret_jwt' ? PHRASE : CHOSEN },
        }),
      ),
      movedClient('drawn', { secret: { form: 'text', value: DRAWN } }),
      movedClient('plain', { secret: { form: 'text', value: '50+50%' } }),
      movedClient('guessed'),
    ];
    await importRecords(sourceOf(records.map(itemOf)), NO_INPUT, importContext(server.opened, trust.stores), {
      sourceName: 'test',
      by: { name: 'operator' },
    });
    trust.close();
  });
  after(() => server.close());

  const asking = (form: Readonly<Record<string, string>>, authorization?: string, from?: string) =>
    post(
      `${server.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', ...form },
      { ...(authorization !== undefined && { headers: { authorization } }), from },
    );
  const because = (answer: Answer) => causeOf(server.running, answer);

  test('are kept by a slow hash where somebody chose them, and by a fast one where a program drew them', async () => {
    const { clients } = server.opened.storage;
    const chosen = await clients.find(idOf('client_secret_basic'));
    assert.match(chosen?.client_secret_argon2id ?? '', /^\$argon2id\$/);
    assert.equal(chosen?.client_secret_sha256, undefined);
    const drawn = await clients.find('drawn');
    assert.equal(drawn?.client_secret_sha256?.length, 43);
    assert.equal(drawn?.client_secret_argon2id, undefined);
    const signing = await clients.find(idOf('client_secret_jwt'));
    assert.equal(signing?.client_secret_sha256, undefined);
    assert.match(signing?.client_secret_sealed ?? '', /^v1\./);
  });

  test('authenticate in the header, in the body and by what they sign, whatever characters they have', async () => {
    const [basic, inBody, signing] = METHODS.map(idOf);
    assert.ok(basic && inBody && signing);
    assert.equal((await asking({}, formEncoded(basic, CHOSEN))).status, 200);
    assert.equal((await asking({ client_id: inBody, client_secret: CHOSEN })).status, 200);
    const sent = (secret: string) =>
      asking({
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion(server.issuer, signing, secret),
      });
    const signed = await sent(PHRASE);
    assert.equal(signed.status, 200, signed.text);
    assert.equal((await sent(`${PHRASE} `)).status, 401);
    assert.equal((await asking({}, formEncoded('drawn', DRAWN))).status, 200);
  });

  test('are taken plainly from the header, too, by clients of servers that do not decode it', async () => {
    assert.equal((await asking({}, plain('plain', '50+50%'))).status, 200);
    assert.equal((await asking({}, formEncoded('plain', '50+50%'))).status, 200);
    const wrong = await asking({}, plain('plain', '50+49%'));
    assert.deepEqual([wrong.status, await because(wrong)], [401, 'malformed_request']);
  });

  test('are remembered, and looked at again when the client changes', async () => {
    const authorization = formEncoded('guessed', 'hunter2');
    for (let count = 0; count < 3; count++) assert.equal((await asking({}, authorization)).status, 200);
    const { clients } = server.opened;
    await clients.change('guessed', { enabled: false }, { name: 'test', through: 'command-line' });
    assert.equal((await asking({}, authorization)).status, 401);
    await clients.change('guessed', { enabled: true }, { name: 'test', through: 'command-line' });
    assert.equal((await asking({}, authorization)).status, 200);
  });

  test('are held back from whoever guesses, and not from the client itself', async () => {
    const guess = (from: string) => asking({}, formEncoded('guessed', `${randomUUID()}`), from);
    const causes: unknown[] = [];
    for (let count = 0; count < 5; count++) causes.push(await because(await guess('127.0.0.9')));
    assert.deepEqual(
      causes.slice(0, 3),
      Array.from({ length: 3 }, () => 'client_secret_wrong'),
    );
    assert.deepEqual(
      causes.slice(3),
      Array.from({ length: 2 }, () => 'guessing_limited'),
    );
    // From elsewhere too, as long as the client never came from there; also with the right one.
    assert.equal(await because(await guess('127.0.0.8')), 'guessing_limited');
    const { clients } = server.opened;
    await clients.change(
      'guessed',
      { metadata: { client_name: 'changed' } },
      { name: 'test', through: 'command-line' },
    );
    assert.equal((await asking({}, formEncoded('guessed', 'hunter2'))).status, 200);
  });

  test('end when a new one is made', async () => {
    const { clients } = server.opened;
    const by = { name: 'test', through: 'command-line' } as const;
    const { client_secret = '' } = await clients.change('plain', { regenerateSecret: true }, by);
    assert.equal((await clients.change('plain', {}, by)).client.client_secret_argon2id, undefined);
    assert.equal((await asking({}, plain('plain', '50+50%'))).status, 401);
    assert.equal((await asking({}, formEncoded('plain', client_secret))).status, 200);
  });
});
