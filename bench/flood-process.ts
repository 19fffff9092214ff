import { randomBytes, randomUUID } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { certificateToPem } from '@countersign/x509';
import { type CostlyKey, costlyChain } from '../packages/x509/test/costly-chain.ts';
import { makeCertificate } from '../packages/x509/test/made-certificate.ts';
import { FLOODS, type Flood, type FloodTarget, REDIRECT_URI } from './flood-kinds.ts';

/*
 * One flood, until the process is ended. It asks as fast as it is answered.
 */

const target: FloodTarget = JSON.parse(process.env.FLOOD_TARGET ?? '{}');
const CONNECTIONS = 64;
const FORM = 'application/x-www-form-urlencoded';

let requests = 0;
let turn = 0;
const address = () => target.addresses[turn++ % target.addresses.length] ?? '127.0.0.1';

const open = (options: ConnectionOptions, onSecure: (socket: TLSSocket) => void): TLSSocket => {
  const where = {
    host: '127.0.0.1',
    port: target.port,
    servername: 'localhost',
    rejectUnauthorized: false,
    localAddress: address(),
    ...options,
  };
  const socket = connect(where, () => onSecure(socket));
  socket.on('error', () => {});
  return socket;
};

/** Keeps `count` of something going: each begins anew when it ends, after a moment if it ended at once. */
function keepGoing(count: number, begin: (again: () => void) => void): void {
  const one = () => {
    const began = performance.now();
    let ended = false;
    begin(() => {
      if (ended) return;
      ended = true;
      setTimeout(one, performance.now() - began < 5 ? 5 : 0);
    });
  };
  for (let index = 0; index < count; index++) one();
}

/** Requests one after the other on connections that stay as long as the server lets them. */
function keepAsking(request: () => Buffer, count = CONNECTIONS, options: ConnectionOptions = {}): void {
  keepGoing(count, (again) => {
    const ask = (socket: TLSSocket) => {
      requests++;
      socket.write(request());
    };
    const socket = open(options, ask);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const head = received.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received)?.[1] ?? 0);
      if (received.length < head + 4 + length) return;
      received = '';
      ask(socket);
    });
    socket.once('close', again);
  });
}

const http = (method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): Buffer =>
  Buffer.from(
    [
      `${method} ${path} HTTP/1.1`,
      'Host: localhost',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
      '',
      body,
    ].join('\r\n'),
  );

const form = (path: string, fields: Readonly<Record<string, string>>): Buffer =>
  http('POST', path, { 'Content-Type': FORM }, new URLSearchParams(fields).toString());

const authorize = (fields: Readonly<Record<string, string>>): Buffer =>
  http('GET', `/oauth2/authorize?${new URLSearchParams(fields)}`, {});

const unsignedAssertion = (client_id: string): string => {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: client_id,
    sub: client_id,
    aud: `https://localhost:${target.port}`,
    exp: now + 60,
    jti: randomUUID(),
  };
  const signature = randomBytes(1024);
  signature[0] = 0x40;
  return `${part({ alg: 'RS256' })}.${part(claims)}.${signature.toString('base64url')}`;
};

const costly = (kind: CostlyKey) => () => {
  const chains = Array.from({ length: 4 }, () => costlyChain(kind, 9));
  const request = form('/oauth2/token', { grant_type: 'client_credentials', client_id: target.tlsClient });
  for (const chain of chains) keepAsking(() => request, 1, chain);
};

const floods: Readonly<Record<Flood, () => void>> = {
  handshakes: () =>
    keepGoing(CONNECTIONS, (again) => {
      const socket = open({}, () => {
        requests++;
        socket.destroy();
      });
      socket.once('close', again);
    }),
  'idle-connections': () => {
    for (let index = 0; index < 3000; index++) {
      keepGoing(1, (again) => {
        const socket = connectTcp({ host: '127.0.0.1', port: target.port, localAddress: address() }, () => {
          requests++;
        });
        socket.on('error', () => {});
        socket.once('close', () => setTimeout(again, 500));
      });
    }
  },
  'junk-requests': () =>
    keepAsking(() => form('/oauth2/token', { grant_type: 'client_credentials', client_id: randomUUID() })),
  'big-bodies': () => {
    const body = `grant_type=${'x'.repeat(1_000_000)}`;
    const request = http('POST', '/oauth2/token', { 'Content-Type': FORM }, body);
    keepAsking(() => request, 16);
  },
  'authorization-requests': () =>
    keepAsking(() =>
      authorize({
        client_id: target.publicClient,
        response_type: 'code',
        redirect_uri: REDIRECT_URI,
        scope: 'openid',
        state: randomBytes(3000).toString('hex'),
        code_challenge: randomBytes(32).toString('base64url'),
        code_challenge_method: 'S256',
      }),
    ),
  'wrong-passwords': () =>
    keepAsking(() => {
      const guess = Buffer.from(`person-${randomUUID()}:wrong`).toString('base64');
      return http('GET', '/api/admin/v1/me', { Authorization: `Basic ${guess}` });
    }),
  'wrong-assertions': () =>
    keepAsking(() =>
      form('/oauth2/token', {
        grant_type: 'client_credentials',
        client_id: target.jwtClient,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: unsignedAssertion(target.jwtClient),
      }),
    ),
  registrations: () =>
    keepAsking(() =>
      http(
        'POST',
        '/oauth2/register',
        { 'Content-Type': 'application/json' },
        JSON.stringify({ client_name: randomUUID(), redirect_uris: [REDIRECT_URI] }),
      ),
    ),
  'costly-chains': costly('rsa-8192-long-exponent'),
  'costly-chains-p-521': costly('p-521'),
  'names-that-never-resolve': () => {
    let next = 0;
    keepAsking(() =>
      authorize({
        client_id: target.silentClient,
        response_type: 'code',
        request_uri: target.silentUris[next++ % target.silentUris.length] ?? '',
      }),
    );
  },
  'large-chains': () => {
    const made = Array.from({ length: 3 }, (_, index) =>
      makeCertificate({
        subject: `large ${index}`,
        extensions: [{ oid: '1.2.3.4', value: randomBytes(30_000) }],
      }),
    );
    const [leaf] = made;
    const certificate = {
      cert: made.map(({ certificate }) => certificateToPem(certificate)).join(''),
      key: leaf?.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() ?? '',
    };
    keepGoing(500, (again) => {
      const socket = open(certificate, () => {
        requests++;
      });
      socket.once('close', () => setTimeout(again, 100));
    });
  },
  'unread-answers': () => {
    const request = http('GET', target.script, {});
    keepGoing(1500, (again) => {
      const socket = open({}, () => {
        requests++;
        socket.pause();
        socket.write(request);
      });
      socket.once('close', again);
    });
  },
};

const wanted = FLOODS.find((flood) => flood === process.argv[2]);
if (wanted === undefined) throw new Error(`one of ${FLOODS.join(', ')}`);
floods[wanted]();
const beginning = setInterval(() => {
  if (requests === 0) return;
  clearInterval(beginning);
  process.send?.({ requests });
}, 50);
process.on('message', () => process.send?.({ requests }));
process.on('disconnect', () => process.exit());
