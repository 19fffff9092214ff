import assert from 'node:assert/strict';
import test from 'node:test';
import { parseDeployment } from '../deployment.ts';
import { CHANGES } from '../deployment-schema.ts';
import { InvalidDeployment } from '../invalid-deployment.ts';

const SECRET = 'a secret of twenty-four characters';
const context = {
  file: 'deployment.toml',
  home: '/home',
  environment: {},
  encryptionKeyFile: `${'0f'.repeat(32)}\n`,
};
const table = (lines: Readonly<Record<string, unknown>>) =>
  `[[webhook]]\n${Object.entries({ id: 'a', url: 'https://hooks.example/x', secret: SECRET, ...lines })
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join('\n')}\n`;

/** What is wrong with the keys of a webhook; nothing where it is good. */
function problem(lines: Readonly<Record<string, unknown>>): string {
  try {
    parseDeployment(table(lines), context);
    return '';
  } catch (error) {
    assert.ok(error instanceof InvalidDeployment);
    return error.message;
  }
}

test('a webhook has its defaults: notices of ends, for a day', () => {
  const [webhook] = parseDeployment(table({}), context).webhook;
  assert.deepEqual(webhook, {
    id: 'a',
    url: 'https://hooks.example/x',
    secret: SECRET,
    events: ['expiry.*'],
    timeout: 15,
    retry_delays: [5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200],
  });
});

test('a pattern that means no event names the nearest', () => {
  for (const good of ['*', 'expiry.*', 'client.created', 'certificate_header.*'])
    assert.equal(problem({ events: [good] }), '', good);
  assert.match(
    problem({ events: ['expirry.*'] }),
    /names no type of event: "expirry\.\*"; the nearest is "expiry\.\*"/,
  );
  assert.match(problem({ events: ['expiry.passed', 'client.crated'] }), /the nearest is "client\.created"/);
  for (const wrong of ['expiry.', 'expiry', 'exp*', '.*', ''])
    assert.notEqual(problem({ events: [wrong] }), '', wrong);
  assert.notEqual(problem({ events: [] }), '');
});

test('a receiver is an https URL without credentials', () => {
  for (const url of [
    'http://localhost:8080/x',
    'https://u:p@hooks.example/',
    'https://hooks.example/#a',
    'hooks',
  ])
    assert.match(problem({ url }), /must be an https URL without credentials/, url);
});

test('a secret that is too short is refused and never shown', () => {
  for (const [name, secret] of [
    ['secret', 'too-short-a-secret'],
    ['previous_secret', 'whsec_dG9vLXNob3J0'],
  ] as const) {
    const message = problem({ [name]: secret });
    assert.match(message, /must be at least 24 characters/);
    assert.ok(!message.includes(secret));
  }
});

test('names differ, and there are at most sixteen', () => {
  const many = (count: number, same = false) =>
    Array.from({ length: count }, (_, index) => table({ id: same ? 'a' : `a${index}` })).join('\n');
  assert.equal(parseDeployment(many(16), context).webhook.length, 16);
  assert.throws(() => parseDeployment(many(17), context), /a list of 17; there may be at most 16/);
  assert.throws(() => parseDeployment(many(2, true), context), /is used twice: "a"/);
});

test('what is secret of a list of tables is known by its notes', () => {
  const change = CHANGES.find(({ path }) => path.join('.') === 'webhook');
  assert.deepEqual(
    [change?.reload, change?.secrets.map((path) => path.join('.'))],
    ['live', ['webhook.url', 'webhook.secret', 'webhook.previous_secret']],
  );
});
