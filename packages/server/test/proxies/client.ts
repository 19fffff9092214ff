import { connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import type { Decision } from './listener.ts';
import type { TestCertificate } from './test-certificate.ts';

export type Identity = { readonly leaf: TestCertificate; readonly chain?: readonly TestCertificate[] };

/**
 * Sends bytes over TLS as they are and returns everything that comes back until the peer closes, or nothing has come
 * for a second.
 */
export function exchange(
  port: number,
  text: string,
  identity?: Identity,
  /** The client's own address. */
  from = '127.0.0.1',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: connectTcp({ port, host: '127.0.0.1', localAddress: from }),
      servername: 'login.example.com',
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      ...(identity === undefined
        ? {}
        : {
            key: identity.leaf.keyPem,
            cert: [identity.leaf, ...(identity.chain ?? [])].map(({ pem }) => pem).join(''),
          }),
    });
    let answer = '';
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.once('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    socket.once('close', () => resolve(answer));
    socket.write(text);
  });
}

/** One GET with extra header lines; the decision the listener answered with. */
export async function decide(
  port: number,
  identity?: Identity,
  headers: readonly string[] = [],
): Promise<Decision> {
  const lines = ['GET /decide HTTP/1.1', 'Host: login.example.com', 'Connection: close', ...headers, '', ''];
  const answer = await exchange(port, lines.join('\r\n'), identity);
  const json = /\{.*\}/s.exec(answer)?.[0];
  if (!answer.startsWith('HTTP/1.1 200 ') || json === undefined) throw new Error(`no decision:\n${answer}`);
  return JSON.parse(json);
}

/** What the token endpoint answered. */
export type TokenAnswer = {
  readonly status: number;
  /** Of a refusal. */
  readonly event_id: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
};

/** A `client_credentials` request with extra header lines. */
export async function requestToken(
  port: number,
  client_id: string,
  identity?: Identity,
  { headers = [], from }: { readonly headers?: readonly string[]; readonly from?: string } = {},
): Promise<TokenAnswer> {
  const form = `grant_type=client_credentials&client_id=${client_id}`;
  const lines = [
    'POST /oauth2/token HTTP/1.1',
    'Host: login.example.com',
    'Connection: close',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${form.length}`,
    ...headers,
    '',
    form,
  ];
  const answer = await exchange(port, lines.join('\r\n'), identity, from);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
  const json = /\{.*\}/s.exec(answer)?.[0];
  return {
    status,
    event_id: /^countersign-event-id: (\S+)\r?$/im.exec(answer)?.[1],
    body: json === undefined ? {} : JSON.parse(json),
  };
}
