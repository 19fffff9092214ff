import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { classOf } from '../src/event/event-class.ts';
import { parsedSource } from './parsed-source.ts';

const SRC = resolve(import.meta.dirname, '../src');

/** Administrative and security events that stand in no unit of work, and why. */
const OF_NO_STORED_CHANGE: Readonly<Record<string, string>> = {
  'configuration.reloaded':
    'deployment.toml and the stores it names are files, changed by whoever writes them',
  'configuration.needs_restart': 'likewise',
  'configuration.changed': 'deployment.toml is a file, written before it is told',
  'truststore.authority_unconfirmed': 'told of what is so, when it first matters',
  'backup.restored': 'a whole database was filled, in many transactions; told once the last is written',
};

/** Where `record` is given what is made elsewhere, and what that can be. */
const MADE_ELSEWHERE: Readonly<Record<string, string>> = {
  'endpoint/oauth-replies.ts': 'a refusal; one that ends something is committed before it is answered',
  'endpoint/token.ts': 'what a grant tells beside the issue, which is traffic',
  'server/open-home.ts': 'what becomes of the database itself',
  'server/trust-stores.ts': 'the trust store is a file, written before it is told',
};

const files = globSync('**/*.ts', { cwd: SRC }).filter((file) => !file.endsWith('.test.ts'));
const recorded = files.flatMap((file) =>
  parsedSource(join(SRC, file)).recorded.map((draft) => ({ file, ...draft })),
);

test('an event of a change stands in the unit of work of the change', () => {
  const alone = recorded.filter(
    ({ file, type, outcome }) =>
      !(file in MADE_ELSEWHERE && type === '') &&
      !(type in OF_NO_STORED_CHANGE) &&
      !(type !== '' && classOf({ type }) === 'traffic') &&
      outcome !== 'refused' &&
      outcome !== 'failure',
  );
  assert.deepEqual(alone, []);
});

test('every exception is one that there is', () => {
  const types = new Set(recorded.map(({ type }) => type));
  assert.deepEqual(
    Object.keys(OF_NO_STORED_CHANGE).filter((type) => !types.has(type)),
    [],
  );
  const elsewhere = new Set(recorded.filter(({ type }) => type === '').map(({ file }) => file));
  assert.deepEqual([...elsewhere].toSorted(), Object.keys(MADE_ELSEWHERE).toSorted());
});
