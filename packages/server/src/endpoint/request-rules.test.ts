import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { parsedSource } from '../../test/parsed-source.ts';
import { REQUEST_RULES, RULES } from './request-rules.ts';

/** The files a request passes at each endpoint. */
const WAY: Readonly<Record<keyof typeof REQUEST_RULES, readonly string[]>> = {
  authorization: [
    'authorize/authorize.ts',
    'authorize/incoming-request.ts',
    'authorize/authorization-request.ts',
  ],
  pushed_authorization_request: ['par.ts', 'authorize/authorization-request.ts'],
  device_authorization: ['deferred-authorization/device-authorize.ts'],
  backchannel_authentication: ['deferred-authorization/bc-authorize.ts'],
  token: ['token.ts'],
};

const names = <Endpoint extends string>(of: Readonly<Record<Endpoint, unknown>>) => Object.keys(of).sort();

/** Rules called in the files, each once. */
function called(files: readonly string[]): readonly string[] {
  const calls = files
    .flatMap((file) => parsedSource(join(import.meta.dirname, file)).methodsCalled)
    .filter((method) => method.startsWith('requestRules.'));
  return [...new Set(calls)].map((method) => method.slice('requestRules.'.length)).sort();
}

for (const [endpoint, files] of Object.entries(WAY)) {
  test(`the rules of ${endpoint} in the table are those its requests are asked`, () => {
    const [, column = {}] = Object.entries(REQUEST_RULES).find(([name]) => name === endpoint) ?? [];
    assert.deepEqual(called(files), names(column));
  });
}

test('every rule says what it asks and where it is written, and holds somewhere', (t) => {
  const columns = Object.entries(REQUEST_RULES);
  const held = new Set(columns.flatMap(([, column]) => Object.keys(column)));
  assert.deepEqual([...held].sort(), names(RULES));
  t.diagnostic(`rule | ${columns.map(([endpoint]) => endpoint).join(' | ')} | source`);
  for (const [rule, [what, source]] of Object.entries(RULES)) {
    const marks = columns.map(([, column]) => (Object.hasOwn(column, rule) ? 'x' : ' '));
    t.diagnostic(`${what} | ${marks.join(' | ')} | ${source}`);
  }
});
