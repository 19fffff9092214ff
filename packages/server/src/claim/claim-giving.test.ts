import assert from 'node:assert/strict';
import test from 'node:test';
import type { Client } from '../client/client.ts';
import { parseClientMetadata } from '../client/client-registration.ts';
import type { User } from '../user/user.ts';
import { createClaimGiving } from './claim-giving.ts';
import type { ClaimRule, ClaimSpecification } from './claim-rule.ts';
import { knownRules } from './known-rules.ts';
import type { LeftOut } from './left-out.ts';

const USER: User = {
  sub: 'person',
  username: 'ada',
  password_hash: '',
  roles: ['owner'],
  claims: { nickname: 'A', teams: ['red', 'blue', 'red'], nothing: null, address: { locality: 'London' } },
  enabled: true,
  created_at: 0,
  revision: 1,
};

const rulesOf = (specifications: readonly ClaimSpecification[]): readonly ClaimRule[] =>
  specifications.map((specification, at) => ({
    ...specification,
    claim_rule_id: String(at),
    created_at: at,
    revision: 1,
  }));

const given = (claim: string, over: Partial<ClaimSpecification>): ClaimSpecification => ({
  claim,
  scope: 'a',
  source: { from: 'value', value: 1 },
  destinations: ['access_token'],
  form: 'single',
  ...over,
});

const UNASKED: Client = {
  client_id: 'unasked',
  client_id_issued_at: 0,
  enabled: true,
  revision: 1,
  metadata: parseClientMetadata({
    client_name: 'Unasked',
    token_endpoint_auth_method: 'client_secret_basic',
    skip_consent: true,
  }),
};

/** Of a person who agreed when there were two of the rules, and of one who did before. */
const GRANTS: Readonly<Record<string, { readonly created_at: number }>> = {
  later: { created_at: 2 },
  early: { created_at: 0 },
};

function giving(...specifications: readonly ClaimSpecification[]) {
  const asked: string[] = [];
  const left: LeftOut[] = [];
  const give = createClaimGiving({
    rules: () => knownRules(rulesOf(specifications)),
    async memberships({ kind, id }) {
      asked.push(`${kind} ${id}`);
      return { groups: ['g1', 'g2'], roles: ['r'] };
    },
    async findUser(sub) {
      asked.push(`user ${sub}`);
      return sub === USER.sub ? USER : undefined;
    },
    findClient: async (client_id) => (client_id === 'unasked' ? UNASKED : undefined),
    findGrant: async (grant_id) => GRANTS[grant_id],
    askPlugIn: async () => ['x', 'y'],
    tellLeftOut: (each) => left.push(each),
    limits: () => ({ token_size: 60, answer_size: 1000 }),
  });
  return { give, asked, left };
}

const OF_PERSON = { client_id: 'c', sub: 'person', scope: 'a b' };
const OF_CLIENT = { client_id: 'c', sub: 'c', scope: 'a b' };

test('where no rule is for the client or a scope nobody is asked anything, and nothing is waited for', () => {
  const { give, asked } = giving(given('x', { scope: 'other', source: { from: 'groups' } }));
  assert.equal(give(OF_PERSON, 'access_token'), undefined);
  assert.equal(give(OF_CLIENT, 'access_token'), undefined);
  assert.deepEqual(asked, []);
});

test('a rule for another place gives nothing', async () => {
  const { give } = giving(given('x', {}));
  assert.equal(await give(OF_PERSON, 'userinfo'), undefined);
  assert.deepEqual(await give(OF_PERSON, 'access_token'), { x: 1 });
});

test('a person is looked up once, whatever is made of them', async () => {
  const { give, asked } = giving(
    given('groups', { source: { from: 'groups' }, form: 'list' }),
    given('role', { source: { from: 'roles' } }),
    given('nick', { source: { from: 'person_attribute', attribute: 'nickname' } }),
  );
  assert.deepEqual(await give(OF_PERSON, 'access_token'), { groups: ['g1', 'g2'], role: 'r', nick: 'A' });
  assert.deepEqual(asked, ['user person', 'person person']);
});

test('a client has groups and roles, and no attributes of a person', async () => {
  const { give, asked } = giving(
    given('groups', { source: { from: 'groups' }, form: 'list' }),
    given('nick', { source: { from: 'person_attribute', attribute: 'nickname' } }),
  );
  assert.deepEqual(await give(OF_CLIENT, 'access_token'), { groups: ['g1', 'g2'] });
  assert.deepEqual(asked, ['client c'], 'of the person nobody asked');
});

test('values come in the form of the rule, each once; what is absent is no claim', async () => {
  const { give } = giving(
    given('teams', { source: { from: 'person_attribute', attribute: 'teams' }, form: 'list' }),
    given('name', { source: { from: 'person_attribute', attribute: 'nickname' }, form: 'list' }),
    given('preferred', { source: { from: 'person_attribute', attribute: 'preferred_username' } }),
    given('none', { source: { from: 'person_attribute', attribute: 'nothing' }, form: 'list' }),
  );
  assert.deepEqual(await give({ ...OF_PERSON, user: USER }, 'access_token'), {
    teams: ['red', 'blue'],
    name: ['A'],
    preferred: 'ada',
  });
});

test('of one claim lists go together, and the first that has a value gives one', async () => {
  const list = giving(
    given('x', { source: { from: 'value', value: ['g2', 'own'] }, form: 'list' }),
    given('x', { scope: 'b', source: { from: 'groups' }, form: 'list' }),
  );
  assert.deepEqual(await list.give(OF_PERSON, 'access_token'), { x: ['g2', 'own', 'g1'] });
  const one = giving(
    given('x', { source: { from: 'person_attribute', attribute: 'absent' } }),
    given('x', { scope: 'b', source: { from: 'value', value: 2 } }),
    given('x', { scope: 'b', source: { from: 'value', value: 3 } }),
  );
  assert.deepEqual(await one.give(OF_PERSON, 'access_token'), { x: 2 });
});

test('what has no room is left out whole, alone or beside the others, and told', async () => {
  const text = 'x'.repeat(30);
  const { give, left } = giving(
    given('a', { source: { from: 'value', value: text } }),
    given('b', { source: { from: 'value', value: text } }),
    given('c', { source: { from: 'value', value: 'x'.repeat(60) } }),
    given('d', { source: { from: 'value', value: 'fits' } }),
    given('e', { source: { from: 'value', value: text }, max_size: 20 }),
    given('f', { source: { from: 'groups' } }),
  );
  assert.deepEqual(await give(OF_PERSON, 'access_token'), { a: text, d: 'fits' });
  assert.deepEqual(
    left.map(({ rule, because }) => [rule.claim, because.why, because.limit]),
    [
      ['b', 'too large together', 60],
      ['c', 'too large', 60],
      ['e', 'too large', 20],
      ['f', 'several values', 1],
    ],
  );
});

test('exactly as much as there is room for is given', async () => {
  // {"a":"…"} is 8 octets around the text, of which a brace is not counted.
  const value = 'x'.repeat(60 - 7);
  assert.deepEqual(
    await giving(given('a', { source: { from: 'value', value } })).give(OF_PERSON, 'access_token'),
    {
      a: value,
    },
  );
  const { give, left } = giving(given('a', { source: { from: 'value', value: `${value}x` } }));
  assert.equal(await give(OF_PERSON, 'access_token'), undefined);
  assert.equal(left.length, 1);
});

test('a stored rule with a name of the protocols gives nothing', async () => {
  const { give } = giving(given('sub', { source: { from: 'value', value: 'somebody else' } }));
  assert.equal(await give(OF_PERSON, 'access_token'), undefined);
});

test('what came to be told of after the person agreed is not given', async () => {
  const { give } = giving(
    given('groups', { source: { from: 'groups' }, form: 'list' }),
    given('nick', { source: { from: 'person_attribute', attribute: 'nickname' } }),
    given('roles', { source: { from: 'roles' }, form: 'list' }),
    given('fixed', {}),
  );
  const of = (grant_id: string | undefined, client_id = 'c') =>
    give({ ...OF_PERSON, client_id, grant_id }, 'access_token');
  const all = { groups: ['g1', 'g2'], nick: 'A', roles: ['r'], fixed: 1 };
  assert.deepEqual(await of('later'), { groups: ['g1', 'g2'], nick: 'A', fixed: 1 });
  // Fixed values say nothing of the person, and nobody agrees to them.
  assert.deepEqual(await of('early'), { fixed: 1 });
  assert.deepEqual(await of('gone'), { fixed: 1 });
  assert.deepEqual(
    await of('early', 'unasked'),
    all,
    'the operator agrees for clients whose people are not asked',
  );
  assert.deepEqual(await of(undefined), all);
});
