import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'node:test';
import { startAuthorizationServer } from '../packages/server/test/authorization-server.ts';
import { call } from '../packages/server/test/token-client.ts';
import { behaviourIn, browserBlocks } from './browser-blocks.ts';
import { CHOICES, choiceOf, NOT_BUILT } from './choices.ts';
import type { OwnTest } from './modules/table.ts';
import { MODULES } from './modules.ts';
import { CONFORMANCE_DOCUMENT, conformancePage } from './page.ts';
import { PLANS, plansNamed } from './plans.ts';
import { parseResults, RESULTS_FILE, resultsText } from './results.ts';

const ROOT = resolve(import.meta.dirname, '..');
const results = parseResults(readFileSync(RESULTS_FILE, 'utf8'));
const order = PLANS.map(({ name }) => name);

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Whether a text stands in quotes, or before a colon as a name in a table of cases. */
const isWritten = (source: string, text: string): boolean =>
  [`'${text}'`, `"${text}"`, `\`${text}\``].some((quoted) => source.includes(quoted)) ||
  new RegExp(`^\\s+${escaped(text)}: `, 'm').test(source);

/** Whether a file has a test of this name, or a table of cases that makes one. */
function hasTest(source: string, name: string): boolean {
  if (isWritten(source, name)) return true;
  return Array.from(source.matchAll(/\btest\(\s*`([^`]+)`/g)).some(([, template = '']) => {
    const parts = template.split(/\$\{[^}]*\}/).map(escaped);
    const found = new RegExp(`^${parts.join('(.+)')}$`).exec(name);
    return found !== null && found.length > 1 && found.slice(1).every((text) => isWritten(source, text));
  });
}

const isThere = ({ file, test: name }: OwnTest): boolean => {
  try {
    return hasTest(readFileSync(resolve(ROOT, file), 'utf8'), name);
  } catch {
    return false;
  }
};

test('docs/conformance.md is the page written from what was measured', () => {
  assert.equal(
    readFileSync(CONFORMANCE_DOCUMENT, 'utf8'),
    conformancePage(results),
    'write it anew: npm run conformance -- report',
  );
});

test('every module is there once, and each test that is named for it exists', () => {
  const names = MODULES.map(({ module }) => module);
  assert.ok(names.length > 200);
  assert.deepEqual([...new Set(names)], names);
  const missing = MODULES.flatMap(({ module, tests }) =>
    tests.filter((own) => !isThere(own)).map(({ file, test: name }) => `${module}: ${file}: ${name}`),
  );
  assert.deepEqual(missing, []);
  assert.deepEqual(
    MODULES.filter(({ tests }) => tests.length === 0).map(({ module }) => module),
    [],
  );
});

test('a test that does not exist is found out', () => {
  // A template of the source it stands in, written so that it is none here.
  const template = `test(\`refused: $${'{name}'}\`, f);`;
  const cases = `test('one', f); const CASES = { two: 1, 'three four': 2 };\n  five: 1,\n${template}`;
  assert.deepEqual(
    ['one', 'three four', 'refused: three four', 'refused: five', 'refused: six', 'seven'].map((name) =>
      hasTest(cases, name),
    ),
    [true, true, true, true, false, false],
  );
});

test('every module that was run is told of, and each choice is of a module there is', () => {
  const known = new Set(MODULES.map(({ module }) => module));
  const run = Object.values(results).flatMap(({ modules }) => Object.keys(modules));
  assert.deepEqual(
    run.filter((module) => !known.has(module)),
    [],
  );
  assert.deepEqual(
    CHOICES.filter(
      ({ module, plans = [] }) => !known.has(module) || plans.some((plan) => !order.includes(plan)),
    ),
    [],
  );
});

test('what failed is a choice with its reason', () => {
  const faults = Object.entries(results).flatMap(([plan, { modules }]) =>
    Object.entries(modules)
      .filter(([, { result }]) => !['PASSED', 'WARNING', 'REVIEW', 'SKIPPED'].includes(result))
      .filter(([module]) => choiceOf(module, plan) === undefined)
      .map(([module]) => `${plan}: ${module}`),
  );
  assert.deepEqual(faults, []);
});

test('what is not built is not in the metadata of the server', async (t) => {
  const server = await startAuthorizationServer();
  t.after(() => server.close());
  const metadata = (await call(`${server.issuer}/.well-known/openid-configuration`)).json();
  const absent = NOT_BUILT.flatMap((each) => each.absent);
  assert.ok(absent.length > 2);
  assert.deepEqual(
    absent.filter((member) => member in metadata),
    [],
  );
  const { response_types_supported, grant_types_supported } = metadata;
  assert.deepEqual(response_types_supported, ['code', 'code id_token']);
  assert.ok(Array.isArray(grant_types_supported) && !grant_types_supported.includes('implicit'));
});

test('results are read as they were written, and what are none are refused', () => {
  assert.deepEqual(parseResults(resultsText(results, order)), results);
  assert.throws(() => parseResults('[]'), /no object/);
  assert.throws(() => parseResults('{"config": {"suite": "5"}}'), /config/);
  assert.throws(
    () => parseResults('{"config": {"suite": "5", "date": "d", "modules": {"m": 1}}}'),
    /the result of m/,
  );
});

test('plans have names of their own, and are found by a part of them', () => {
  assert.equal(new Set(order).size, PLANS.length);
  assert.equal(plansNamed([]).length, PLANS.length);
  assert.equal(plansNamed(['fapi1-']).length, 8);
  assert.throws(() => plansNamed(['fapi3']), /no plan is named fapi3/);
});

test('the suite’s browser is told what to do where the module wants more than a sign-in', () => {
  const blocks = browserBlocks({
    server: 'https://server.example',
    suite: 'https://suite.example',
    person: { username: 'ada', password: 'p' },
  });
  assert.equal(behaviourIn('oidcc-server'), 'sign in');
  assert.equal(behaviourIn('fapi1-advanced-final-user-rejects-authentication'), 'cancel');
  assert.equal(behaviourIn('oidcc-rp-initiated-logout-no-params'), 'signed out');
  assert.equal(behaviourIn('oidcc-rp-initiated-logout'), 'signed out, back to the client');
  const [{ match = '', tasks = [] } = {}] = blocks['error page'];
  assert.equal(match, 'https://server.example/oauth2/authorize*');
  assert.deepEqual(tasks.at(-1)?.commands?.at(-1)?.at(-1), 'update-image-placeholder');
});
