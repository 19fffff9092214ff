import { KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import type { RequestListener } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { Server } from 'node:net';
import type { TestContext } from 'node:test';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

const DAY = 86_400_000;

/** A self-signed certificate, and its key as PEM. */
export type SelfSigned = { readonly pem: string; readonly der: Buffer; readonly key: string };

pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto }));

/** Makes a self-signed P-256 certificate for 127.0.0.1 and `dnsNames`, valid from yesterday for a month. */
export async function selfSigned(commonName: string, dnsNames: readonly string[] = []): Promise<SelfSigned> {
  const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const certificate = new pkijs.Certificate();
  certificate.version = 2;
  certificate.serialNumber = new asn1js.Integer({ valueHex: Buffer.concat([Buffer.of(1), randomBytes(15)]) });
  for (const name of [certificate.subject, certificate.issuer]) {
    const value = new asn1js.Utf8String({ value: commonName });
    name.typesAndValues.push(new pkijs.AttributeTypeAndValue({ type: '2.5.4.3', value }));
  }
  certificate.notBefore.value = new Date(Date.now() - DAY);
  certificate.notAfter.value = new Date(Date.now() + 30 * DAY);
  const altNames = new pkijs.GeneralNames({
    names: [
      new pkijs.GeneralName({
        type: 7,
        value: new asn1js.OctetString({ valueHex: Buffer.of(127, 0, 0, 1) }),
      }),
      ...dnsNames.map((value) => new pkijs.GeneralName({ type: 2, value })),
    ],
  });
  certificate.extensions = [
    new pkijs.Extension({ extnID: '2.5.29.17', extnValue: altNames.toSchema().toBER(false) }),
  ];
  await certificate.subjectPublicKeyInfo.importKey(pair.publicKey);
  await certificate.sign(pair.privateKey, 'SHA-256');
  const der = Buffer.from(certificate.toSchema(true).toBER(false));
  return {
    pem: new X509Certificate(der).toString(),
    der,
    key: KeyObject.from(pair.privateKey).export({ format: 'pem', type: 'pkcs8' }).toString(),
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
  t: TestContext,
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
  t: TestContext,
  { pem, key }: SelfSigned,
  listener: RequestListener,
): Promise<LoopbackServer> => listen(t, 'https', https.createServer({ cert: pem, key }, listener));

export const serveHttp = (t: TestContext, listener: RequestListener): Promise<LoopbackServer> =>
  listen(t, 'http', http.createServer(listener));
