import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTokenVerifier, type TokenVerifier } from '@countersign/resource-server';
import { createLocalJWKSet, jwtVerify } from 'jose';
import {
  AUDIENCE,
  type StubIssuer,
  startStubIssuer,
} from '../../packages/resource-server/test/stub-issuer.ts';
import { createIdentity, type Identity } from '../../packages/server/test/client-identity.ts';
import { freePort } from '../../packages/server/test/free-port.ts';
import { median, spreadOf } from '../median.ts';
import type { Options } from '../options.ts';
import { endWithUs, killTree } from '../own-children.ts';
import { onProcessor, processorSeconds } from '../processors.ts';
import { openStage, type Stage } from '../stage.ts';
import { type PlainResult, plainLoad } from './plain-load.ts';

/** Tokens that are verified in one round, each once. */
const TOKENS = 2_000;
const COMMAND = fileURLToPath(new URL('../../packages/server/bin/countersign.mjs', import.meta.url));
const BARE = fileURLToPath(new URL('bare-process.ts', import.meta.url));

/** Whose tokens are checked, and the client they are bound to. */
type Checked = { readonly issuer: StubIssuer; readonly client: Identity };

const boundToken = ({ issuer, client }: Checked): Promise<string> =>
  issuer.token({
    scope: 'orders.read',
    cnf: { 'x5t#S256': client.thumbprint },
    exp: Math.floor(Date.now() / 1000) + 3600,
  });

const ratio = (ratios: readonly number[]): string => {
  const { median: middle, lowest, highest } = spreadOf(ratios) ?? { median: 0, lowest: 0, highest: 0 };
  return `${middle.toFixed(2)} (${lowest.toFixed(2)} to ${highest.toFixed(2)})`;
};

/** Processor time that a piece of work takes of this process, a time; microseconds. */
async function microseconds(times: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < times; index++) await work(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

/** Verifying each of some tokens by `jose` alone, and by the middleware's verifier, certificate and all. */
async function overhead({ issuer, client }: Checked, rounds: number): Promise<readonly string[]> {
  const verifier: TokenVerifier = createTokenVerifier({
    issuer: issuer.issuer,
    audience: AUDIENCE,
    trustedCertificates: [issuer.certificate],
    requireBinding: 'certificate',
  });
  const certificate = new X509Certificate(client.pem);
  const keys = createLocalJWKSet(issuer.jwks);
  const options = { issuer: issuer.issuer, audience: AUDIENCE, typ: 'at+jwt', algorithms: ['ES256'] };
  const request = (token: string | undefined) => ({
    authorization: `Bearer ${token}`,
    certificate,
    url: '/orders',
  });
  const requirements = { scope: 'orders.read' };
  const measured: { readonly jose: number; readonly ours: number; readonly again: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const tokens = await Promise.all(Array.from({ length: TOKENS }, () => boundToken({ issuer, client })));
    const jose = await microseconds(TOKENS, (index) => jwtVerify(tokens[index] ?? '', keys, options));
    const ours = await microseconds(TOKENS, (index) => verifier.verify(request(tokens[index]), requirements));
    const again = await microseconds(TOKENS, (index) =>
      verifier.verify(request(tokens[index]), requirements),
    );
    // The first round warms up.
    if (round > 0) measured.push({ jose, ours, again });
  }
  const of = (name: 'jose' | 'ours' | 'again') => median(measured.map((each) => each[name])).toFixed(0);
  return [
    'Processor time of one token, bound to a certificate:',
    `  jose alone                 ${of('jose')} us`,
    `  the verifier, a new token  ${of('ours')} us, ${ratio(measured.map(({ jose, ours }) => ours / jose))} of jose`,
    `  the verifier, one it knows ${of('again')} us, ${ratio(measured.map(({ jose, again }) => again / jose))} of jose`,
  ];
}

/** Starts a process that answers a proxy. @returns its process id */
async function started(stage: Stage, args: readonly string[]): Promise<number> {
  const [program = '', ...rest] = onProcessor(stage.pinning?.server, [process.execPath, ...args]);
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  endWithUs(child);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${args[0]} did not start`);
  stage.atEnd(async () => killTree(pid));
  await new Promise<void>((done, fail) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('the gate is listening')) done();
    });
    child.once('exit', () => fail(new Error(`${args[0]} ended:\n${text}`)));
  });
  return pid;
}

/** What is asked all day has been compiled for long. */
const WARM_UP_SECONDS = 8;

type Measured = PlainResult & { readonly cpu: number };

/** The gate beside the least that can answer its question, with the questions of nginx. */
async function gate({ issuer, client }: Checked, stage: Stage, options: Options): Promise<readonly string[]> {
  const { rounds, seconds, connections } = options;
  const [gatePort, barePort] = [await freePort(), await freePort()];
  const file = join(stage.material.folder, 'gate.toml');
  writeFileSync(join(stage.material.folder, 'issuer.pem'), issuer.certificate);
  writeFileSync(
    file,
    [
      `listen = "127.0.0.1:${gatePort}"`,
      'require_binding = "certificate"',
      '[[issuer]]',
      `issuer = "${issuer.issuer}"`,
      `audience = "${AUDIENCE}"`,
      'trusted_certificates_file = "issuer.pem"',
      '[proxy]',
      'kind = "nginx"',
      '[[rule]]',
      'path = "/orders"',
      'scope = "orders.read"',
    ].join('\n'),
  );
  const servers = [
    { port: barePort, pid: await started(stage, [BARE, String(barePort)]) },
    { port: gatePort, pid: await started(stage, [COMMAND, 'gate', '--config', file]) },
  ];
  const tokens = await Promise.all(Array.from({ length: connections }, () => boundToken({ issuer, client })));
  const requests = tokens.map((token) =>
    Buffer.from(
      [
        'GET /decision HTTP/1.1',
        'host: gate',
        'x-original-method: GET',
        'x-original-uri: /orders?page=1',
        `x-ssl-client-cert: ${encodeURIComponent(client.pem)}`,
        `authorization: Bearer ${token}`,
        '\r\n',
      ].join('\r\n'),
    ),
  );
  const runs: (readonly Measured[])[] = [];
  for (let round = 0; round <= rounds; round++) {
    const row: Measured[] = [];
    for (const { port, pid } of servers) {
      const before = processorSeconds(pid) ?? 0;
      const result = await plainLoad(port, requests, {
        connections,
        seconds: round > 0 ? seconds : Math.max(seconds, WARM_UP_SECONDS),
      });
      row.push({ ...result, cpu: (((processorSeconds(pid) ?? 0) - before) / result.requests) * 1e6 });
    }
    if (round > 0) runs.push(row);
  }
  const pairs = runs.flatMap(([bare, own]) => (bare && own ? [{ bare, own }] : []));
  const line = (name: string, of: 'bare' | 'own') => {
    const middle = (value: (each: Measured) => number) => median(pairs.map((pair) => value(pair[of])));
    const rate = middle(({ requests: count, seconds: took }) => count / took);
    return `  ${name}  ${rate.toFixed(0)}/s, ${middle(({ cpu }) => cpu).toFixed(0)} us, p50 ${middle(({ p50 }) => p50).toFixed(1)} ms, p99 ${middle(({ p99 }) => p99).toFixed(1)} ms`;
  };
  const rateOf = ({ requests: count, seconds: took }: Measured) => count / took;
  return [
    `Decisions a second over ${connections} connections:`,
    line('bare node:http', 'bare'),
    line('countersign gate', 'own'),
    `  gate / bare: rate ${ratio(pairs.map(({ bare, own }) => rateOf(own) / rateOf(bare)))}, processor time ${ratio(pairs.map(({ bare, own }) => own.cpu / bare.cpu))}, p99 ${ratio(pairs.map(({ bare, own }) => own.p99 / bare.p99))}`,
  ];
}

/** Measures what checking a token costs an API: the verifier beside `jose` alone, the gate beside a bare server. */
export async function checks(options: Options, progress: (text: string) => void): Promise<void> {
  await using stage = await openStage({ ...options, isPinned: true });
  const issuer = await startStubIssuer();
  stage.atEnd(() => issuer.close());
  const checked = { issuer, client: await createIdentity('CN=bench') };
  progress('verifying tokens');
  const verifying = await overhead(checked, options.rounds);
  progress('asking the gate');
  const deciding = await gate(checked, stage, options);
  process.stdout.write(`${[...verifying, '', ...deciding].join('\n')}\n`);
}
