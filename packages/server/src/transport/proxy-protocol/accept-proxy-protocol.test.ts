import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { connect, createServer, type Server, type Socket } from 'node:net';
import test from 'node:test';
import { type ConnectionOptions, connect as connectTls, TLSSocket } from 'node:tls';
import { freePort } from '../../../test/free-port.ts';
import { testCertificate } from '../../../test/proxies/test-certificate.ts';
import { trustedAddresses } from '../trusted-addresses.ts';
import {
  acceptProxyProtocol,
  type ProxyProtocolFront,
  type RefusedConnection,
} from './accept-proxy-protocol.ts';

const serverCertificate = testCertificate('server');
const clientCertificate = testCertificate('client');

type Seen = { readonly client: string | null; readonly peerCertificate: string | null };

type Rig = {
  readonly front: ProxyProtocolFront;
  readonly port: number;
  readonly refused: RefusedConnection[];
  /** Resolves with the next refused connection. */
  readonly nextRefusal: () => Promise<RefusedConnection>;
  readonly https: HttpsServer;
};

/** An https server that answers with what it knows of the connection, behind PROXY protocol. */
async function withRig(
  use: (rig: Rig) => Promise<void>,
  { from = ['127.0.0.1'], headerTimeout = 5000, handshakeTimeout = 10_000 } = {},
): Promise<void> {
  const https = createHttpsServer(
    {
      key: serverCertificate.keyPem,
      cert: serverCertificate.pem,
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout,
    },
    (request, response) => {
      assert.ok(request.socket instanceof TLSSocket);
      const seen: Seen = {
        client: front.announced(request.socket)?.client?.address ?? null,
        peerCertificate: request.socket.getPeerX509Certificate()?.raw.toString('base64') ?? null,
      };
      response.end(JSON.stringify(seen));
    },
  );
  const refused: RefusedConnection[] = [];
  const waiting: ((refusal: RefusedConnection) => void)[] = [];
  const front = acceptProxyProtocol(https, {
    from: trustedAddresses(from),
    headerTimeout,
    onRefused: (refusal) => {
      refused.push(refusal);
      waiting.shift()?.(refusal);
    },
  });
  front.server.listen(0, '127.0.0.1');
  await once(front.server, 'listening');
  const port = portOf(front.server);
  const nextRefusal = () => new Promise<RefusedConnection>((resolve) => waiting.push(resolve));
  try {
    await use({ front, port, refused, nextRefusal, https });
  } finally {
    https.closeAllConnections();
    front.server.close();
    await once(front.server, 'close');
  }
}

function portOf(server: Server): number {
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

const v1 = (address: string) => Buffer.from(`PROXY TCP4 ${address} 10.0.0.1 40112 443\r\n`);
const v2 = Buffer.from('0d0a0d0a000d0a515549540a2111000cc63364070a0000019cb001bb', 'hex');
const v2Local = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex');

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}

/** TLS over a socket whose header is sent already, then one request; the answer's body. */
async function request(raw: Socket, options: ConnectionOptions = {}): Promise<Seen> {
  const socket = connectTls({ socket: raw, rejectUnauthorized: false, ...options });
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  assert.match(text, /^HTTP\/1\.1 200 /);
  return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
}

const certificate = { key: clientCertificate.keyPem, cert: clientCertificate.pem };

for (const [what, header, client] of [
  ['version 1', v1('198.51.100.7'), '198.51.100.7'],
  ['version 2', v2, '198.51.100.7'],
  ['version 2 LOCAL', v2Local, null],
] as const) {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`${what}, ${maxVersion}: client address and certificate both arrive`, async () => {
      await withRig(async ({ port, refused }) => {
        const raw = await open(port);
        raw.write(header);
        const seen = await request(raw, { ...certificate, maxVersion });
        assert.deepEqual(seen, { client, peerCertificate: clientCertificate.der.toString('base64') });
        assert.deepEqual(refused, []);
      });
    });
  }
}

/** Stands between a TLS client and the server, and decides in which pieces the client's bytes arrive. */
async function through(port: number, forward: (near: Socket, far: Socket) => Promise<void>): Promise<Seen> {
  const far = await open(port);
  const relay = createServer((near) => {
    far.on('data', (chunk) => near.write(chunk));
    far.on('end', () => near.end());
    near.on('error', () => far.destroy());
    void forward(near, far);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  try {
    return await request(await open(portOf(relay)), certificate);
  } finally {
    relay.close();
  }
}

const arrived = { client: '198.51.100.7', peerCertificate: clientCertificate.der.toString('base64') };

test('header and ClientHello in one packet: no byte of TLS is lost', async () => {
  await withRig(async ({ port }) => {
    const seen = await through(port, async (near, far) => {
      const [hello] = await once(near, 'data');
      far.write(Buffer.concat([v2, hello]));
      near.on('data', (chunk) => far.write(chunk));
    });
    assert.deepEqual(seen, arrived);
  });
});

test('half of the ClientHello behind the header, the rest later', async () => {
  await withRig(async ({ port }) => {
    const seen = await through(port, async (near, far) => {
      const [hello] = await once(near, 'data');
      far.write(Buffer.concat([v2, hello.subarray(0, 100)]), () => {
        setImmediate(() => far.write(hello.subarray(100)));
      });
      near.on('data', (chunk) => far.write(chunk));
    });
    assert.deepEqual(seen, arrived);
  });
});

test('header and TLS handshake in writes of one byte', async () => {
  await withRig(async ({ port }) => {
    const seen = await through(port, async (near, far) => {
      for (const byte of v1('198.51.100.7')) await writeByte(far, byte);
      for await (const chunk of near) for (const byte of chunk) await writeByte(far, byte);
    });
    assert.deepEqual(seen, arrived);
  });
});

function writeByte(socket: Socket, byte: number): Promise<void> {
  return new Promise((resolve) => {
    socket.write(Buffer.from([byte]), () => setImmediate(resolve));
  });
}

test('many connections at once each keep their own address', async () => {
  await withRig(async ({ port }) => {
    const addresses = Array.from({ length: 40 }, (_, n) => `198.51.100.${n + 1}`);
    const seen = await Promise.all(
      addresses.map(async (address) => {
        const raw = await open(port);
        raw.write(v1(address));
        return (await request(raw)).client;
      }),
    );
    assert.deepEqual(seen, addresses);
  });
});

async function refusal(send: Buffer, expected: Partial<RefusedConnection>, reason: RegExp, options = {}) {
  await withRig(async ({ port, nextRefusal, refused }) => {
    const next = nextRefusal();
    const raw = await open(port);
    const closed = once(raw, 'close');
    raw.on('error', () => {});
    raw.resume();
    raw.write(send);
    const { reason: actual, ...rest } = await next;
    assert.deepEqual(rest, { peer: '127.0.0.1', ...expected });
    assert.match(actual, reason);
    await closed;
    assert.equal(refused.length, 1);
  }, options);
}

test('a peer from another address is refused, header or not', async () => {
  await refusal(v1('198.51.100.7'), { cause: 'untrusted_peer' }, /trusted_addresses/, {
    from: ['10.0.0.0/8'],
  });
});

test('a trusted peer without a header is refused at its first byte', async () => {
  await refusal(Buffer.from('16', 'hex'), { cause: 'malformed' }, /does not begin with/);
});

test('garbage and an oversized header are refused', async () => {
  await refusal(Buffer.from('GET / HTTP/1.1\r\n\r\n'), { cause: 'malformed' }, /does not begin with/);
  await refusal(Buffer.from(`PROXY UNKNOWN ${'x'.repeat(500)}`), { cause: 'malformed' }, /within 107/);
  const oversized = Buffer.concat([v2.subarray(0, 14), Buffer.from([0xff, 0xff])]);
  await refusal(oversized, { cause: 'malformed' }, /65551 bytes/);
});

test('a header that does not come to its end in time is refused', async () => {
  await refusal(Buffer.from('PROXY TCP4 '), { cause: 'timeout' }, /within 50 ms, but 11 bytes/, {
    headerTimeout: 50,
  });
});

test('a second header is not taken off: it is no TLS', async () => {
  await withRig(async ({ port, https }) => {
    const failed = once(https, 'tlsClientError');
    const raw = await open(port);
    raw.on('error', () => {});
    raw.resume();
    raw.write(Buffer.concat([v1('198.51.100.7'), v1('203.0.113.1')]));
    const [error] = await failed;
    assert.equal(error.code, 'ERR_SSL_WRONG_VERSION_NUMBER');
  });
});

test('a connection that ends without a byte is no refusal', async () => {
  await withRig(async ({ port, refused, nextRefusal }) => {
    const silent = await open(port);
    silent.end();
    await once(silent, 'close');
    const next = nextRefusal();
    const raw = await open(port);
    raw.on('error', () => {});
    raw.end('PROXY TCP4');
    await next;
    assert.equal(refused.length, 1);
  });
});

test('a connection closed within its header is refused as such', async () => {
  await withRig(async ({ port, nextRefusal }) => {
    const next = nextRefusal();
    const raw = await open(port);
    raw.on('error', () => {});
    raw.end('PROXY TCP4');
    const { cause, reason } = await next;
    assert.equal(cause, 'closed_early');
    assert.match(reason, /after 10 bytes/);
  });
});

test('a connection that failed its handshake leaves nothing behind for the next from the same port', async () => {
  await withRig(async ({ port, https, front }) => {
    const failed = once(https, 'tlsClientError');
    const from = { port, host: '127.0.0.1', localPort: await freePort() };
    const first = connect(from);
    await once(first, 'connect');
    first.on('error', () => {});
    first.resume();
    first.write(Buffer.concat([v1('203.0.113.66'), Buffer.from('not TLS at all')]));
    await failed;
    await once(first, 'close');
    await settled(() => front.handshakes() === 0);
    const socket = connect(from);
    await once(socket, 'connect');
    socket.write(v2Local);
    assert.equal((await request(socket)).client, null);
    assert.equal(front.announced(socket), undefined);
  });
});

/** Waits for something that follows from events already under way; the test's own time limit bounds it. */
async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test('nothing is kept of a handshake once it is done, failed, abandoned or out of time', async () => {
  await withRig(
    async ({ port, front, https }) => {
      const done = await open(port);
      done.write(v2);
      await request(done);
      await settled(() => front.handshakes() === 0);

      const abandoned = await open(port);
      abandoned.write(v2);
      await settled(() => front.handshakes() === 1);
      abandoned.destroy();
      await settled(() => front.handshakes() === 0);

      const timedOut = once(https, 'tlsClientError');
      const silent = await open(port);
      silent.on('error', () => {});
      silent.resume();
      silent.write(v2);
      const [error] = await timedOut;
      assert.equal(error.code, 'ERR_TLS_HANDSHAKE_TIMEOUT');
      await settled(() => front.handshakes() === 0);
    },
    { handshakeTimeout: 100 },
  );
});
