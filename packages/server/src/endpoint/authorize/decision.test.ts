import assert from 'node:assert/strict';
import test from 'node:test';
import type { SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { decide, type Progress, scopesToConsent } from './decision.ts';

const CREATED = Date.UTC(2030, 0, 1);
const request = (changes: Partial<AuthorizationRequest> = {}): AuthorizationRequest => ({
  client_id: 'client',
  redirect_uri: 'https://client.example/cb',
  redirect_uri_named: true,
  response_mode: 'query',
  scope: 'openid email',
  prompt: [],
  ...changes,
});
const person: SignedIn = {
  session: {
    session_id: 'session',
    secret_sha256: 'first',
    sub: 'ada',
    auth_time: CREATED / 1000 - 100,
    amr: ['pwd'],
    client_ids: [],
    created_at: CREATED - 100_000,
    last_seen_at: CREATED,
    expires_at: CREATED + 100_000,
  },
  user: {
    sub: 'ada',
    username: 'ada',
    password_hash: '',
    roles: [],
    claims: {},
    enabled: true,
    created_at: 0,
    revision: 1,
  },
};
const progress: Progress = { created_at: CREATED, session_at_start: 'first' };
const signedInSince: Progress = { created_at: CREATED, session_at_start: 'earlier' };
const consent = (scopes: readonly string[], granted_at = CREATED - 1) => ({
  sub: 'ada',
  client_id: 'client',
  scopes,
  granted_at,
});
const all = consent(['openid', 'email']);
const outcome = (...parameters: Parameters<typeof decide>) => {
  const decision = decide(...parameters);
  return decision.next === 'refuse' ? decision.refusal.error : decision.next;
};

test('a person who is signed in and has consented needs nothing more', () => {
  const decision = decide(request(), progress, person, all);
  assert.equal(decision.next, 'issue');
  assert.equal(decision.next === 'issue' && decision.scope, 'openid email');
});

test('nobody signed in', () => {
  assert.equal(outcome(request(), progress, undefined, undefined), 'sign-in');
  assert.equal(outcome(request({ prompt: ['none'] }), progress, undefined, undefined), 'login_required');
});

test('prompts that force a sign-in are content with one since the request', () => {
  for (const forced of [
    request({ prompt: ['login'] }),
    request({ prompt: ['select_account'] }),
    request({ max_age: 0 }),
    request({ max_age: 99 }),
  ]) {
    assert.equal(outcome(forced, progress, person, all), 'sign-in');
    assert.equal(outcome(forced, signedInSince, person, all), 'issue');
  }
  assert.equal(outcome(request({ max_age: 100 }), progress, person, all), 'issue');
  assert.equal(outcome(request({ max_age: 99, prompt: ['none'] }), progress, person, all), 'login_required');
});

test('another person than the one asked for signs in first and is refused after', () => {
  const forAnother = request({ expected_sub: 'grace' });
  assert.equal(outcome(forAnother, progress, person, all), 'sign-in');
  assert.equal(outcome(forAnother, signedInSince, person, all), 'login_required');
  assert.equal(
    outcome(request({ expected_sub: 'grace', prompt: ['none'] }), progress, person, all),
    'login_required',
  );
  assert.equal(outcome(request({ expected_sub: 'ada' }), progress, person, all), 'issue');
});

test('consent must cover every scope, and be newer than a request that asks for it', () => {
  assert.equal(outcome(request(), progress, person, undefined), 'consent');
  assert.equal(outcome(request(), progress, person, consent(['openid'])), 'consent');
  assert.equal(outcome(request({ prompt: ['none'] }), progress, person, undefined), 'consent_required');
  const asking = request({ prompt: ['consent'] });
  assert.equal(outcome(asking, progress, person, all), 'consent');
  assert.equal(outcome(asking, progress, person, consent(['openid', 'email'], CREATED)), 'issue');
});

test('consent to less than is told of now is asked for again, however it was given', () => {
  for (const [told_since, expected] of [
    [CREATED - 2, 'issue'],
    [CREATED - 1, 'consent'],
    [CREATED, 'consent'],
  ] as const) {
    assert.equal(outcome(request(), progress, person, all, told_since), expected);
    const agreed = { ...progress, consented: { sub: 'ada', scopes: ['openid', 'email'], at: CREATED - 1 } };
    assert.equal(outcome(request(), agreed, person, undefined, told_since), expected);
  }
  assert.equal(outcome(request({ prompt: ['none'] }), progress, person, all, CREATED), 'consent_required');
});

test('consent for this request alone may give less, but keeps openid', () => {
  const agreed = { ...progress, consented: { sub: 'ada', scopes: [] } };
  const decision = decide(request(), agreed, person, undefined);
  assert.equal(decision.next === 'issue' && decision.scope, 'openid');
  const another = { ...progress, consented: { sub: 'grace', scopes: ['openid', 'email'] } };
  assert.equal(outcome(request(), another, person, undefined), 'consent', 'somebody else agreed');
});

test('a refusal ends the request whoever is signed in', () => {
  assert.equal(outcome(request(), { ...progress, refused: true }, person, all), 'access_denied');
});

test('claims asked for by name need the consent of their scope, and are dropped without it', () => {
  const claims = { userinfo: { phone_number: null, name: null }, id_token: { auth_time: null } };
  const named = request({ claims });
  assert.deepEqual(scopesToConsent(named), ['openid', 'email', 'phone', 'profile']);
  assert.equal(outcome(named, progress, person, all), 'consent');
  const part = { ...progress, consented: { sub: 'ada', scopes: ['openid', 'phone'] } };
  const decision = decide(named, part, person, undefined);
  assert.deepEqual(decision.next === 'issue' && decision.claims, {
    userinfo: { phone_number: null },
    id_token: { auth_time: null },
  });
});

test('scopes of the admin API go to those whose role holds them', () => {
  const asking = request({ scope: 'openid admin:read admin:users' });
  const agreed = consent(['openid', 'admin:read', 'admin:users']);
  const scopeFor = (signedIn: SignedIn) => {
    const decision = decide(asking, progress, signedIn, agreed);
    return decision.next === 'issue' && decision.scope;
  };
  assert.equal(scopeFor(person), 'openid');
  assert.equal(scopeFor({ ...person, user: { ...person.user, roles: ['auditor'] } }), 'openid admin:read');
});

test('an essential acr must be reached', () => {
  const strict = request({ claims: { id_token: { acr: { essential: true, values: ['phr', 'mfa'] } } } });
  const strong = { ...person, session: { ...person.session, acr: 'mfa' } };
  assert.equal(outcome(strict, progress, person, all), 'sign-in');
  assert.equal(outcome(strict, signedInSince, person, all), 'unmet_authentication_requirements');
  assert.equal(outcome(strict, progress, strong, all), 'issue');
  const voluntary = request({ claims: { id_token: { acr: { values: ['phr'] } } } });
  assert.equal(outcome(voluntary, progress, person, all), 'issue');
});
