import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'node:test';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8');

/** The cells of each row of the table of docs/gate.md, but for its head. */
const rows = (/## Each rule, and the request that breaks it\n(.*)/s.exec(read('docs/gate.md'))?.[1] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| the request'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

const GATE = read('examples/gate/test/gate.test.ts');
const throughProxies = GATE.slice(GATE.indexOf('describe(`behind'), GATE.indexOf("describe('by itself'"));

/** Names of tests, and the names that tests of a list are given. */
const namesOf = (source: string): readonly string[] =>
  Array.from(source.matchAll(/(?:test\(|^ +\[)\s*['`]([^'`]+)['`]/gm), ([, name = '']) => name);

const isNamed = (source: string, name: string): boolean =>
  namesOf(source).some((each) => each.includes(name));

test('each row of the table of rules names tests that are there', () => {
  assert.equal(rows.length, 13);
  const lost = rows.flatMap(([, request, gate = '', middleware = '']) => {
    const [, file = 'token-verifier.test.ts', name = ''] = /^(?:`([^`]+)`: )?(.*)$/.exec(middleware) ?? [];
    return [
      ...(gate !== '' && isNamed(throughProxies, gate) ? [] : [`${request}: gate: ${gate}`]),
      ...(name === '' || isNamed(read(`packages/resource-server/test/${file}`), name)
        ? []
        : [`${request}: ${file}: ${name}`]),
    ];
  });
  assert.deepEqual(lost, []);
});
