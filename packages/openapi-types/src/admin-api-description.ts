import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The command as `npm install` puts it in the clone. */
const COUNTERSIGN = resolve(import.meta.dirname, '../../../node_modules/.bin/countersign');
const START_DEADLINE_MS = 60_000;

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer().once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() =>
      address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
    );
  });
  return promise;
}

async function startServer(home: string): Promise<{ stop(): Promise<void> }> {
  const child = spawn(process.execPath, [COUNTERSIGN, 'serve', '--home', home], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async () => {
    child.kill();
    await ended;
  };
  let output = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const deadline = setTimeout(
    () => reject(new Error(`no start within a minute:\n${output}`)),
    START_DEADLINE_MS,
  );
  const read = (chunk: string) => {
    output += chunk;
    if (output.includes('Countersign is listening on ')) resolve();
  };
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  child.once('exit', () => reject(new Error(`the server ended:\n${output}`)));
  child.once('error', reject);
  try {
    await promise;
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
  return { stop };
}

/** The certificate is the server's own, made a moment ago, and nothing secret is asked for. */
function read(url: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const outgoing = request(url, { rejectUnauthorized: false, agent: false }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('end', () =>
      response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode}: ${text}`)),
    );
  });
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}

/** The OpenAPI document of the admin API, as JSON, asked of a server started for it in a home folder of its own. */
export async function adminApiDescription(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-openapi-'));
  try {
    const port = await freePort();
    const conf = join(home, 'repository/conf');
    await mkdir(conf, { recursive: true });
    const deployment = `[server]\nport = ${port}\n\n[metrics]\nenable = false\n\n[console]\nenable = false\n`;
    await writeFile(join(conf, 'deployment.toml'), deployment);
    const server = await startServer(home);
    try {
      return await read(`https://localhost:${port}/api/admin/v1/openapi.json`);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
