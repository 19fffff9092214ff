import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { testCertificate } from '../../server/test/proxies/test-certificate.ts';
import { CERTIFICATE_HEADER_FORMATS, certificateHeaderFormat } from '../src/index.ts';

const run = promisify(execFile);
const PACKAGE = resolve(import.meta.dirname, '..');
const README = readFileSync(resolve(PACKAGE, 'README.md'), 'utf8');

/** What a reader would do next: listen, and be asked with and without a header, and with one that is no certificate. */
const asking = (header: string) => `
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const origin = 'http://127.0.0.1:' + server.address().port;
for (const headers of [{ 'client-cert': ${JSON.stringify(header)} }, {}, { 'client-cert': 'nonsense' }]) {
  const answer = await fetch(origin, { headers: { ...headers, connection: 'close' } });
  console.log(answer.status, await answer.text());
}
server.close();
`;

test('the examples of the README run and print what they say', async () => {
  const blocks = Array.from(README.matchAll(/^```ts\n(.*?)^```$/gms), ([, code = '']) => code);
  assert.equal(blocks.length, 2);
  const code = blocks.join('\n');
  const expected = Array.from(code.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm), ([, text]) => text);
  assert.equal(expected.length, code.match(/console\.log/g)?.length, 'each console.log says what it prints');
  const { der } = testCertificate('orders');
  const whole = code + asking(`:${der.toString('base64')}:`);
  const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '--eval', whole], {
    cwd: PACKAGE,
    timeout: 60_000,
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    ...expected,
    '200 CN=orders',
    '200 no certificate',
    '400 the certificate cannot be read',
  ]);
});

test('the README lists every format with its own header', () => {
  const [, table = ''] = README.split('\n## Formats\n');
  const rows = Array.from(table.matchAll(/^\| `([\w-]+)` \| `([\w-]+)`/gm), ([, name, header]) => [
    name,
    header,
  ]);
  const formats = CERTIFICATE_HEADER_FORMATS.map((name) => [name, certificateHeaderFormat(name).headers[0]]);
  assert.deepEqual(rows, formats);
});
