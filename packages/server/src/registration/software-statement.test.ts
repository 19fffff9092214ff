import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SignJWT } from 'jose';
import { systemClock } from '../clock.ts';
import { type JwksResult, type JwksSource, parseJwks } from '../outbound/jwks-source.ts';
import { Refusal } from '../refusal/refusal.ts';
import { createSoftwareStatements, type SoftwareStatementAuthority } from './software-statement.ts';

const ISSUER = 'https://directory.example';
const JWKS = 'https://directory.example/jwks.json';
const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [first, second] = [pair(), pair()];
const jwkOf = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid });

/** A source that answers `held` until it is told of an unknown kid, then `refreshed`. */
function source(held: readonly object[], refreshed: readonly object[] | 'unavailable' = held): JwksSource {
  const known = (keys: readonly object[]): JwksResult => ({
    kind: 'fresh',
    generation: 1,
    ...parseJwks({ keys }),
    fetchedAt: 0,
    expiresAt: 1,
  });
  const unavailable: JwksResult = {
    kind: 'unavailable',
    generation: 1,
    failure: { because: 'timeout', message: 'no answer', evidence: {} },
    failedAt: 0,
    nextAttemptAt: 1,
  };
  return {
    keysOf: async () => known(held),
    refreshFor: async () => (refreshed === 'unavailable' ? unavailable : known(refreshed)),
    peek: () => undefined,
    held: () => [],
  };
}

const reader = (jwks: JwksSource, authority: Partial<SoftwareStatementAuthority> = {}) =>
  createSoftwareStatements(
    () => [{ issuer: ISSUER, jwks: JWKS, format: 'rfc7591', ...authority }],
    jwks,
    systemClock,
  );
const statement = (key: KeyObject, kid: string, claims: object = {}, iat?: number) =>
  new SignJWT({ iss: ISSUER, client_name: 'App', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuedAt(iat)
    .sign(key);
const because = (cause: string) => (error: unknown) => error instanceof Refusal && error.because === cause;

test('a statement by a published key is read, by one published since too', async () => {
  const one = jwkOf(first.publicKey, '1');
  const two = jwkOf(second.publicKey, '2');
  const read = reader(source([one]));
  assert.equal((await read(await statement(first.privateKey, '1'))).claims.client_name, 'App');
  await assert.rejects(read(await statement(second.privateKey, '2')), because('software_statement_invalid'));
  await assert.rejects(read(await statement(second.privateKey, '1')), because('software_statement_invalid'));
  const rotated = reader(source([one], [two]));
  assert.equal((await rotated(await statement(second.privateKey, '2'))).claims.client_name, 'App');
});

test('keys that cannot be had are a matter of now, not of the statement', async () => {
  const read = reader(source([], 'unavailable'));
  await assert.rejects(
    read(await statement(first.privateKey, '1')),
    because('software_statement_keys_unavailable'),
  );
});

test('a statement may be no older than its authority’s max_age, and must then say when it was made', async () => {
  const read = reader(source([jwkOf(first.publicKey, '1')]), { max_age: 300 });
  const now = Math.floor(Date.now() / 1000);
  assert.ok(await read(await statement(first.privateKey, '1')));
  await assert.rejects(
    read(await statement(first.privateKey, '1', {}, now - 3600)),
    because('software_statement_expired'),
  );
  const undated = await new SignJWT({ iss: ISSUER })
    .setProtectedHeader({ alg: 'ES256', kid: '1' })
    .sign(first.privateKey);
  await assert.rejects(read(undated), because('software_statement_invalid'));
});

test('keys in a file are read when they are needed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-statement-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'directory.json');
  const read = reader(source([]), { jwks: file });
  const made = await statement(first.privateKey, '1');
  await assert.rejects(read(made), because('software_statement_keys_unavailable'));
  await writeFile(file, '{"keys":');
  await assert.rejects(read(made), because('software_statement_keys_unavailable'));
  await writeFile(file, JSON.stringify({ keys: [jwkOf(first.publicKey, '1')] }));
  assert.equal((await read(made)).claims.client_name, 'App');
});

test('symmetric algorithms and none are no signatures of an authority', async () => {
  const read = reader(source([jwkOf(first.publicKey, '1')]));
  const hmac = await new SignJWT({ iss: ISSUER })
    .setProtectedHeader({ alg: 'HS256', kid: '1' })
    .sign(new Uint8Array(32));
  await assert.rejects(read(hmac), because('software_statement_invalid'));
  await assert.rejects(read('x'.repeat(64_001)), because('software_statement_invalid'));
});
