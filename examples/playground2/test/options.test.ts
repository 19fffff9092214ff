import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import test from 'node:test';
import { readOptions, UsageError } from '../src/options.ts';

test('without options it is the page’s address and the home beside it', () => {
  assert.deepEqual(readOptions([], {}), {
    home: resolve('countersign-home'),
    issuer: undefined,
    port: 8080,
    apiPort: 8444,
  });
});

test('an option counts before the environment', () => {
  assert.equal(readOptions([], { COUNTERSIGN_HOME: '/a' })?.home, '/a');
  const options = readOptions(
    ['--home', '/b', '--port', '0', '--api-port=9000', '--issuer', 'https://as.example'],
    { COUNTERSIGN_HOME: '/a' },
  );
  assert.deepEqual(options, { home: '/b', issuer: 'https://as.example', port: 0, apiPort: 9000 });
});

test('what is no option, and no port, is refused by name', () => {
  assert.throws(() => readOptions(['--prot', '1'], {}), UsageError);
  assert.throws(() => readOptions(['--port', '65536'], {}), /--port takes a port, not "65536"/);
  assert.throws(() => readOptions(['--api-port', '1e3'], {}), /--api-port takes a port/);
  assert.equal(readOptions(['--help'], {}), undefined);
});
