import assert from 'node:assert/strict';
import test from 'node:test';
import { pathParameters, pathWith, UnfitPathNames } from './path-names.ts';

const path = (parts: TemplateStringsArray, ...values: readonly string[]) => pathWith(parts, values);

test('names that a path carries stand in it, encoded', () => {
  assert.equal(path`/clients/${'a/b ?#%'}/use`, '/clients/a%2Fb%20%3F%23%25/use');
  assert.equal(path`/groups/${'-'}/clients/${'...'}`, '/groups/-/clients/...');
});

test('names that no path carries stand in the query, and come back out of it as they were', () => {
  const written = path`/users/${'-'}/consents/${'..'}`;
  assert.equal(written, '/users/-/consents/-?path_name=-&path_name=..');
  const { searchParams } = new URL(written, 'https://localhost');
  const template = '/users/{username}/consents/{client_id}';
  const inPath = { username: '-', client_id: '-' };
  assert.deepEqual(pathParameters(template, inPath, { path_name: searchParams.getAll('path_name') }), {
    username: '-',
    client_id: '..',
  });
  assert.deepEqual(pathParameters('/clients/{client_id}', { client_id: '-' }, { path_name: '.' }), {
    client_id: '.',
  });
  assert.equal(pathParameters(template, inPath, { other: '.' }), inPath);
});

test('names without a place, and places without a name, are refused', () => {
  const one = { client_id: '-' };
  for (const [parameters, path_name] of [
    [one, ['.', '..']],
    [{ client_id: 'plain' }, '.'],
    [{}, '.'],
  ] as const) {
    assert.throws(() => pathParameters('/clients/{client_id}', parameters, { path_name }), UnfitPathNames);
  }
  const two = { username: '-', client_id: '-' };
  assert.throws(
    () => pathParameters('/users/{username}/consents/{client_id}', two, { path_name: '.' }),
    UnfitPathNames,
  );
});
