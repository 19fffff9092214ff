import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import type { Identity, Place, RegisteredClient } from '../place.ts';

type Answer = { readonly status: number; readonly body: string };

type Sent = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly trust: string;
  readonly identity?: Identity | undefined;
};

async function send(url: string, { method = 'GET', headers = {}, body, trust, identity }: Sent): Promise<Answer> {
  const shown =
    identity === undefined ? {} : { cert: identity.certificate, key: await readFile(identity.keyFile) };
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      // The certificate of a row's own API names no host.
      { method, headers, ca: trust, checkServerIdentity: () => undefined, agent: false, ...shown },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The members of a JSON object. */
export function membersOf(json: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(json);
  assert.ok(typeof value === 'object' && value !== null, json);
  return Object.fromEntries(Object.entries(value));
}

/** An access token of `client_credentials`, asked for with the certificate, or else with the client's secret. */
export async function accessToken(place: Place, client: RegisteredClient, identity?: Identity): Promise<string> {
  const basic = Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64');
  const answer = await send(`${place.issuer}/oauth2/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(identity === undefined ? { authorization: `Basic ${basic}` } : {}),
    },
    body: `grant_type=client_credentials${identity === undefined ? '' : `&client_id=${client.client_id}`}`,
    trust: await readFile(place.serverCertificateFile, 'utf8'),
    identity,
  });
  assert.equal(answer.status, 200, answer.body);
  return String(membersOf(answer.body)['access_token']);
}

/** The status with which an API answers a call. */
export async function statusOfCall(
  url: string,
  api: Identity,
  token: string | undefined,
  identity?: Identity,
): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { status } = await send(url, { headers, trust: api.certificate, identity });
  return status;
}
