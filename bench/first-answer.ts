import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { CLIENT_CERTIFICATE, CLIENT_KEY, type KeyMaterial, SERVER_CERTIFICATE } from './key-material.ts';
import { type RunningTarget, TargetFailed } from './targets/target.ts';

const START_WITHIN_MS = 15_000;
const BETWEEN_TRIES_MS = 50;

const TokenResponse = z.object({ access_token: z.string(), token_type: z.string() });
const JoseHeader = z.object({ alg: z.literal('ES256') });
const Claims = z.object({ cnf: z.object({ 'x5t#S256': z.string() }) });

type Answer = { readonly status: number; readonly body: string };

function ask({ port, path, form }: RunningTarget, { folder }: KeyMaterial): Promise<Answer> {
  const read = (name: string) => readFileSync(join(folder, name));
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        servername: 'localhost',
        agent: false,
        ca: read(SERVER_CERTIFICATE),
        cert: read(CLIENT_CERTIFICATE),
        key: read(CLIENT_KEY),
        headers: { 'content-type': 'application/x-www-form-urlencoded', host: `localhost:${port}` },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.once('error', reject);
      },
    );
    asked.once('error', reject);
    asked.end(form);
  });
}

async function askUntilListening(target: RunningTarget, material: KeyMaterial): Promise<Answer> {
  const deadline = Date.now() + START_WITHIN_MS;
  for (;;) {
    try {
      return await Promise.race([ask(target, material), target.ended]);
    } catch (error) {
      const refused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
      if (!refused) throw error;
      if (Date.now() > deadline) {
        throw new TargetFailed(`${target.name} does not listen after ${START_WITHIN_MS} ms`, {
          cause: error,
        });
      }
      await setTimeout(BETWEEN_TRIES_MS);
    }
  }
}

const decoded = (part: string | undefined): unknown =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

function checkToken(name: string, body: string, thumbprint: string): void {
  try {
    const [header, claims] = TokenResponse.parse(JSON.parse(body)).access_token.split('.');
    JoseHeader.parse(decoded(header));
    const bound = Claims.parse(decoded(claims)).cnf['x5t#S256'];
    if (bound !== thumbprint) throw new Error(`cnf.x5t#S256 is ${bound}, expected ${thumbprint}`);
  } catch (cause) {
    throw new TargetFailed(`${name} did not answer an ES256 JWT bound to the client certificate: ${body}`, {
      cause,
    });
  }
}

/**
 * Waits until a target answers, and makes sure that what it answers is the work to be measured.
 * @throws TargetFailed
 */
export async function checkFirstAnswer(target: RunningTarget, material: KeyMaterial): Promise<void> {
  const { status, body } = await askUntilListening(target, material);
  if (status !== 200) throw new TargetFailed(`${target.name} answered ${status}: ${body}`);
  if (target.answers === 'bound-token') checkToken(target.name, body, material.clientThumbprint);
}
