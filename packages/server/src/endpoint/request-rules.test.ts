import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
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

test('every rule says what it asks and where it is written, holds somewhere, and is documented so', async () => {
  const columns = Object.entries(REQUEST_RULES);
  const held = new Set(columns.flatMap(([, column]) => Object.keys(column)));
  assert.deepEqual([...held].sort(), names(RULES));
  const rows = [
    `| rule | ${columns.map(([endpoint]) => endpoint.replaceAll('_', ' ')).join(' | ')} | source |`,
    `|---|${columns.map(() => ':-:|').join('')}---|`,
    ...Object.entries(RULES).map(([rule, [what, source]]) => {
      const marks = columns.map(([, column]) => (Object.hasOwn(column, rule) ? '×' : ' '));
      return `| ${what} | ${marks.join(' | ')} | ${source} |`;
    }),
  ];
  const page = await readFile(join(import.meta.dirname, '../../../../docs/architecture.md'), 'utf8');
  assert.ok(page.includes(rows.join('\n')), `docs/architecture.md should say\n${rows.join('\n')}`);
});
