import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { certificateToPem } from '@countersign/x509';
import { privateKeyEntry, readKeyStore } from '@countersign/x509/key-store';
import { freePort } from '../../packages/server/test/free-port.ts';

const run = promisify(execFile);
const PROGRAM = join(import.meta.dirname, '../../packages/server/bin/countersign.mjs');
const START_DEADLINE_MS = 60_000;

const say = (text: string) => process.stdout.write(`${text}\n`);
const step = (text: string) => say(`\n── ${text}`);

/** Runs a command of Countersign the way a person would, showing it and what it prints. */
async function countersign(home: string, ...args: readonly string[]): Promise<string> {
  say(`$ countersign ${args.join(' ')}`);
  const { stdout } = await run(process.execPath, [PROGRAM, ...args, '--home', home]);
  say(stdout.trimEnd());
  return stdout;
}

type Answer = {
  readonly status: number | undefined;
  readonly eventId: string | undefined;
  readonly body: Record<string, unknown>;
};

/** Posts to the token endpoint, presenting the certificate at `path` in the handshake. */
async function requestToken(issuer: string, trusted: string, path: string): Promise<Answer> {
  const form = 'grant_type=client_credentials&client_id=demo-client';
  say(`$ curl --cacert server.pem ${issuer}/oauth2/token --cert ${path}.pem --key ${path}.key -d '${form}'`);
  const [cert, key] = await Promise.all([readFile(`${path}.pem`), readFile(`${path}.key`)]);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = request(
    `${issuer}/oauth2/token`,
    {
      method: 'POST',
      ca: trusted,
      cert,
      key,
      agent: false,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const eventId = response.headers['countersign-event-id'];
        resolve({
          status: response.statusCode,
          eventId: typeof eventId === 'string' ? eventId : undefined,
          body: JSON.parse(text),
        });
      });
    },
  );
  outgoing.on('error', reject);
  outgoing.end(form);
  const answer = await promise;
  say(`HTTP ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

async function startServer(home: string) {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--home', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    if (child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await ended;
  };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error('the server did not start')), START_DEADLINE_MS);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
    if (/^Countersign is listening on /m.test(printed)) resolve();
  });
  child.once('exit', (code) => reject(new Error(`the server exited with ${code}`)));
  try {
    await promise;
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return stop;
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`expected ${what}`);
}

async function demo(folder: string): Promise<void> {
  const home = join(folder, 'home');
  const port = await freePort();
  const issuer = `https://localhost:${port}`;

  step('A home folder: server key, trust store, deployment.toml');
  await countersign(home, 'init', '--port', String(port));

  step('A key and a self-signed certificate, registered for a client');
  const client = join(folder, 'client');
  await countersign(
    home,
    'certificate',
    'issue',
    '--subject',
    'CN=demo-client',
    '--out',
    client,
    '--client-name',
    'demo-client',
  );

  step('The server');
  const stop = await startServer(home);
  say(`listening on ${issuer}`);
  try {
    const keystore = await readFile(join(home, 'repository/resources/security/wso2carbon.jks'));
    const { chain } = privateKeyEntry(await readKeyStore(keystore, 'wso2carbon'), 'wso2carbon');
    const trusted = chain.map(certificateToPem).join('');

    step('A token over mutual TLS');
    const granted = await requestToken(issuer, trusted, client);
    expectThat(granted.status === 200, 'a token');
    const claims: unknown = JSON.parse(
      Buffer.from(String(granted.body.access_token).split('.')[1] ?? '', 'base64url').toString(),
    );
    say(`the token says: ${JSON.stringify(claims, null, 2)}`);

    step('The same request with a certificate nobody registered');
    const stranger = join(folder, 'stranger');
    await countersign(home, 'certificate', 'issue', '--subject', 'CN=demo-client', '--out', stranger);
    const refused = await requestToken(issuer, trusted, stranger);
    expectThat(refused.status === 401 && refused.eventId !== undefined, 'a refusal with an event id');

    step('Why? The caller learns nothing more; the operator learns everything');
    await countersign(home, 'explain', refused.eventId ?? '');
  } finally {
    await stop();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'));
try {
  await demo(folder);
  say('\nThat was Countersign. npm start begins in earnest.');
} finally {
  await rm(folder, { recursive: true, force: true });
}
