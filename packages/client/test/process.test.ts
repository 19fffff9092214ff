import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test, { describe } from 'node:test';
import { runProgram } from '../../server/test/countersign-process.ts';
import { type ClientFolder, freshForEach } from './client-folder.ts';
import type { StubServer } from './stub-server.ts';

const SOURCE = resolve(import.meta.dirname, '../src/index.ts');

describe('the process of a client', () => {
  let server: StubServer;
  let files: ClientFolder;
  freshForEach((fresh) => {
    ({ server, files } = fresh);
  });

  /** Runs a program that has a client; gives what it printed, and after how many milliseconds it had ended. */
  const run = async (program: string) => {
    const { certificateFile, keyFile } = files;
    const options = { issuer: server.origin, clientId: 'a', certificateFile, keyFile, reloadSeconds: 1 };
    const file = join(files.folder, 'program.mts');
    await writeFile(
      file,
      `import { createClient } from ${JSON.stringify(SOURCE)};
       const options = ${JSON.stringify({ ...options, trustedCertificates: [server.pem] })};
       const client = await createClient(options);
       const api = ${JSON.stringify(`${server.origin}/api`)};
       ${program}`,
    );
    const { code, stdout, stderr } = await runProgram(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      file,
    ]);
    const ended = Date.now();
    assert.equal(code, 0, stderr);
    const [said = '', at = ''] = stdout.trim().split(' at ');
    return { said, after: ended - Number(at), stderr };
  };
  const done = "console.log(said, 'at', Date.now());";

  test('ends by itself with the program that has it, closed or not', async () => {
    const idle = await run(`const said = (await client.fetch(api)).status; ${done}`);
    assert.equal(idle.said, '200');
    assert.ok(idle.after < 3_500, `${idle.after} ms`);
    const unused = await run(`const said = 'nothing'; ${done}`);
    assert.ok(unused.after < 3_500, `${unused.after} ms`);
    const closed = await run(
      `const said = await (await client.fetch(api)).text(); await client.close(); ${done}`,
    );
    assert.equal(closed.said, '{"ok":true}');
    assert.ok(closed.after < 3_500, `${closed.after} ms`);
  });

  test('does not end while somebody waits for a token that is tried again', async () => {
    let calls = 0;
    server.answer('/token', () => {
      calls += 1;
      return calls === 1
        ? { status: 503 }
        : { body: { access_token: 'opaque', token_type: 'Bearer', expires_in: 60 } };
    });
    const { said } = await run(`const said = (await client.token()).value; ${done}`);
    assert.equal(said, 'opaque');
  });

  test('calls a hundred times at once without a warning', async () => {
    const { said, stderr } = await run(`
      const signal = new AbortController().signal;
      const calls = Array.from({ length: 100 }, () => client.fetch(api, { signal }));
      const said = (await Promise.all(calls)).filter(({ ok }) => ok).length;
      ${done}`);
    assert.equal(said, '100');
    assert.equal(stderr, '');
  });

  test('lives on when everything fails that nobody waits for', async () => {
    server.answer('/token', () => ({
      body: { access_token: 'opaque', token_type: 'Bearer', expires_in: 1 },
    }));
    const { said } = await run(`
      await client.token();
      const { promise, resolve } = Promise.withResolvers();
      setTimeout(resolve, 800);
      await promise;
      fetch; client.token({ signal: AbortSignal.timeout(1) }).catch(() => {});
      await client.close();
      const said = await client.token().catch(({ because }) => because);
      ${done}`);
    assert.equal(said, 'client_closed');
  });
});
