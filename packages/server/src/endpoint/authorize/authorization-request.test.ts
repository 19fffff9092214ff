import assert from 'node:assert/strict';
import test from 'node:test';
import { knownClient } from '../../../test/known-client.ts';
import { Refusal } from '../../refusal/refusal.ts';
import { readAuthorizationRequest } from './authorization-request.ts';
import { parametersOf } from './parameters.ts';
import type { TrustedClient } from './trusted-client.ts';

const redirect_uri = 'https://client.example/cb';
const trusted = (changes: Record<string, unknown> = {}): TrustedClient => ({
  known: knownClient({ redirect_uris: [redirect_uri], ...changes }),
  redirect_uri,
  redirect_uri_named: true,
});
const read = (
  parameters: Record<string, string> = {},
  by = trusted(),
  require_pkce: 'public' | 'all' = 'public',
) =>
  readAuthorizationRequest(
    parametersOf({ response_type: 'code', ...parameters }),
    by,
    { require_pkce, resources: [], detailsTypes: [], pushed: false },
    {
      subOfHint: async (hint) => (hint === 'good' ? 'ada' : undefined),
      personOf: ({ metadata }, sub) => {
        if (metadata.subject_type !== 'pairwise') return sub;
        return sub === 'ada of the sector' ? 'ada' : undefined;
      },
    },
  );
const because = (cause: string) => (error: unknown) => error instanceof Refusal && error.because === cause;
const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const pkce = { code_challenge, code_challenge_method: 'S256' };

test('PKCE: public clients always, all clients where the deployment says so', async () => {
  const open = trusted({ token_endpoint_auth_method: 'none' });
  assert.equal((await read()).code_challenge, undefined);
  assert.equal((await read(pkce)).code_challenge, code_challenge);
  await assert.rejects(read({}, open), because('pkce_missing'));
  await assert.rejects(read({}, trusted(), 'all'), because('pkce_missing'));
  assert.ok(await read(pkce, open, 'all'));
  await assert.rejects(read({ code_challenge_method: 'S256' }), because('parameter_missing'));
});

test('without a scope nothing about a person is asked for', async () => {
  const mixed = trusted({ scope: 'openid email read admin:read' });
  assert.equal((await read({}, mixed)).scope, 'read');
  assert.equal((await read({ scope: 'openid admin:read' }, mixed)).scope, 'openid admin:read');
});

test('defaults of the registration count where the request is silent', async () => {
  const by = trusted({ default_max_age: 60, default_acr_values: ['phr'] });
  const { max_age, acr_values } = await read({}, by);
  assert.deepEqual([max_age, acr_values], [60, ['phr']]);
  const said = await read({ max_age: '5', acr_values: 'a b' }, by);
  assert.deepEqual([said.max_age, said.acr_values], [5, ['a', 'b']]);
});

test('the person asked for: by id_token_hint, or by the value of a claim', async () => {
  assert.equal((await read({ id_token_hint: 'good' })).expected_sub, 'ada');
  await assert.rejects(read({ id_token_hint: 'bad' }), because('parameter_invalid'));
  const claims = JSON.stringify({ id_token: { sub: { value: 'grace' } } });
  assert.equal((await read({ claims })).expected_sub, 'grace');
  const pairwise = trusted({ subject_type: 'pairwise' });
  const asked = async (value: string) =>
    (await read({ claims: JSON.stringify({ id_token: { sub: { value } } }) }, pairwise)).expected_sub;
  assert.equal(await asked('ada of the sector'), 'ada');
  for (const other of ['ada', 'ada of another sector']) assert.match((await asked(other)) ?? '', /^nobody /);
});

test('prompts may stand together, but not with none', async () => {
  assert.deepEqual((await read({ prompt: 'consent login' })).prompt, ['login', 'consent']);
  for (const prompt of ['none login', 'Login', 'create']) {
    await assert.rejects(read({ prompt }), because('parameter_invalid'), prompt);
  }
});

test('claims of the wrong shape are refused', async () => {
  for (const claims of ['[]', '"x"', '{"id_token":{"email":1}}', '{"id_token":[]}', '{']) {
    await assert.rejects(read({ claims }), because('parameter_invalid'), claims);
  }
});
