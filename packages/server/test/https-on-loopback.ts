import type { RequestListener } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { Server } from 'node:net';
import type { TestContext } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';

const DAY = 86_400_000;

/** A self-signed certificate, and its key as PEM. */
export type SelfSigned = { readonly pem: string; readonly der: Buffer; readonly key: string };

/** Makes a self-signed P-256 certificate for 127.0.0.1 and `dnsNames`, valid from yesterday for a month. */
export async function selfSigned(commonName: string, dnsNames: readonly string[] = []): Promise<SelfSigned> {
  const { certificate, privateKey } = await issueCertificate({
    subject: `CN=${commonName}`,
    subjectAltNames: { ip: ['127.0.0.1'], dns: dnsNames },
    keyType: 'EC-P256',
    days: 31,
    usage: 'server',
    now: Date.now() - DAY,
  });
  return {
    pem: certificateToPem(certificate),
    der: Buffer.from(certificate.der),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/** A server on 127.0.0.1 that ends with the test. */
export type LoopbackServer = {
  readonly origin: string;
  readonly port: number;
  /** Connections open now. */
  connections(): Promise<number>;
  /** Ends every connection and listens no more. */
  stop(): Promise<void>;
};

async function listen(
  t: Pick<TestContext, 'after'>,
  scheme: string,
  server: Server & { closeAllConnections(): void },
): Promise<LoopbackServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  t.after(stop);
  return {
    origin: `${scheme}://127.0.0.1:${address.port}`,
    port: address.port,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    stop,
  };
}

export const serveHttps = (
  t: Pick<TestContext, 'after'>,
  { pem, key }: SelfSigned,
  listener: RequestListener,
): Promise<LoopbackServer> => listen(t, 'https', https.createServer({ cert: pem, key }, listener));

export const serveHttp = (
  t: Pick<TestContext, 'after'>,
  listener: RequestListener,
): Promise<LoopbackServer> => listen(t, 'http', http.createServer(listener));
