import { once } from 'node:events';
import { createServer } from 'node:https';
import type { Server } from 'node:net';
import type { TestContext } from 'node:test';
import { TLSSocket } from 'node:tls';
import { Certificate } from '@countersign/x509';
import { acceptProxyProtocol } from '../../src/transport/proxy-protocol/accept-proxy-protocol.ts';
import { createTrustedProxy, type TrustedProxyOptions } from '../../src/transport/trusted-proxy.ts';
import type { TestCertificate } from './test-certificate.ts';

/** What the listener made of one request. */
export type Decision = {
  readonly kind: string;
  readonly thumbprint: string | null;
  readonly chain: readonly string[];
  readonly reason: string | null;
  readonly dropped: readonly string[];
  readonly clientAddress: string | null;
};

export type Listener = {
  readonly port: number;
  /** Targets of the requests that arrived, health checks left out. */
  readonly requests: string[];
};

/** An https listener on loopback that answers every request with its decision; it ends with the test. */
export async function startListener(
  context: TestContext,
  certificate: TestCertificate,
  options: TrustedProxyOptions,
): Promise<Listener> {
  const proxy = createTrustedProxy(options);
  const requests: string[] = [];
  const https = createServer(
    {
      key: certificate.keyPem,
      cert: certificate.pem,
      requestCert: true,
      rejectUnauthorized: false,
      maxHeaderSize: 64 * 1024,
    },
    (request, response) => {
      if (request.url === '/health/ready') {
        response.end();
        return;
      }
      requests.push(request.url ?? '');
      const { socket } = request;
      const peer = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
      const proxied = {
        remoteAddress: socket.remoteAddress,
        announcedAddress: front?.announced(socket)?.client?.address,
        tlsCertificate: peer === undefined ? undefined : Certificate.fromDer(peer.raw),
        headers: request.rawHeaders,
      };
      const result = proxy.certificateFor(proxied);
      const certificate =
        result.kind === 'tls'
          ? result.certificate
          : result.kind === 'header'
            ? result.presented.certificate
            : undefined;
      const decision: Decision = {
        kind: result.kind,
        thumbprint: certificate?.thumbprint ?? null,
        chain: result.kind === 'header' ? result.presented.chain.map(({ thumbprint }) => thumbprint) : [],
        reason: result.kind === 'refused' ? result.reason : null,
        dropped: result.dropped,
        clientAddress: proxy.clientAddressFor(proxied) ?? null,
      };
      request.resume();
      request.on('end', () => response.end(JSON.stringify(decision)));
    },
  );
  const front = options.proxyProtocol
    ? acceptProxyProtocol(https, { from: proxy.addresses, onRefused: () => {} })
    : undefined;
  const server: Server = front?.server ?? https;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(async () => {
    https.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address !== 'object') throw new Error('no port was given');
  return { port: address.port, requests };
}
