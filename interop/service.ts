import assert from 'node:assert/strict';
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { createTokenVerifier, nodeMiddleware } from '@countersign/resource-server';
import { parsePemCertificates } from '@countersign/x509';
import { writePkcs12 } from '@countersign/x509/key-store';
import { selfSigned } from '../packages/server/test/https-on-loopback.ts';
import { certificateOf } from './certificate-client.ts';
import type { Identity, Place, Row } from './place.ts';

/** What a service is told. Its files are renewed while it runs. */
export type ServiceSettings = {
  readonly clientId: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly pkcs12File: string;
  readonly pkcs12Password: string;
  /** PEM: what server and API must chain to. */
  readonly trustFile: string;
  /** The same as a PKCS#12 trust store for Java, password `wso2carbon`. */
  readonly trustStoreFile: string;
  /** What it calls, again and again, until that is gone (410). */
  readonly api: string;
};

/** An API that takes bound tokens alone, and is gone when it was called with the certificate `until`. */
async function startApi(place: Place, until: Identity, onFirst: () => Promise<void>) {
  const own = await selfSigned('api', ['localhost']);
  const verifier = createTokenVerifier({
    issuer: place.issuer,
    audience: place.issuer,
    trustedCertificates: [await readFile(place.serverCertificateFile, 'utf8')],
    requireBinding: true,
  });
  const refusals: string[] = [];
  const thumbprints: unknown[] = [];
  const protect = nodeMiddleware(verifier, { onRefused: ({ message }) => refusals.push(message) });
  const last = parsePemCertificates(until.certificate)[0]?.thumbprint;
  let renewal: Promise<void> | undefined;
  const server = createServer(
    { cert: own.pem, key: own.key, requestCert: true, rejectUnauthorized: false },
    (request, response) =>
      protect(request, response, async () => {
        const thumbprint = thumbprintOf(request.headers.authorization);
        thumbprints.push(thumbprint);
        renewal ??= onFirst();
        await renewal;
        response.writeHead(thumbprint === last ? 410 : 200).end();
      }),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    url: `https://localhost:${address.port}/`,
    own,
    refusals,
    thumbprints,
    last,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** What an accepted token is bound to. */
function thumbprintOf(authorization = ''): unknown {
  const [, claims = ''] = authorization.split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()).cnf?.['x5t#S256'];
}

async function put(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.new`);
  await rename(`${to}.new`, to);
}

/**
 * A row of a service that calls an API with tokens that are bound to its certificate, whose files are renewed meanwhile:
 * each call has to be accepted, those with the new certificate too.
 * @param run runs the program to its end, which is when the API is gone
 */
export const serviceRow = (
  tried: Pick<Row, 'program' | 'version' | 'note'>,
  run: (place: Place, settings: ServiceSettings) => Promise<unknown>,
): Row => ({
  ...tried,
  method: 'self_signed_tls_client_auth',
  flow: 'calls an API, across a renewed certificate',
  async run(place) {
    const { identity: first } = await certificateOf(place, 'self_signed_tls_client_auth');
    const next = await place.identity('renewed');
    const { client_id } = await place.addClient({
      grant_types: ['client_credentials'],
      certificates: [first.certificate, next.certificate],
    });
    const file = (extension: string) => join(place.folder, `service.${extension}`);
    const install = async (identity: Identity) => {
      await put(identity.keyFile, file('key'));
      await put(identity.certificateFile, file('pem'));
      await put(identity.pkcs12File, file('p12'));
    };
    await install(first);
    await using api = await startApi(place, next, () => install(next));

    const trust = `${await readFile(place.serverCertificateFile, 'utf8')}\n${api.own.pem}`;
    const [trustFile, trustStoreFile] = [join(place.folder, 'trust.pem'), join(place.folder, 'trust.p12')];
    await writeFile(trustFile, trust);
    const trusted = parsePemCertificates(trust).map((certificate, index) => ({
      kind: 'trusted-certificate' as const,
      alias: `trusted-${index}`,
      certificate,
    }));
    await writeFile(trustStoreFile, await writePkcs12(trusted, 'wso2carbon'));

    await run(place, {
      clientId: client_id,
      certificateFile: file('pem'),
      keyFile: file('key'),
      pkcs12File: file('p12'),
      pkcs12Password: first.pkcs12Password,
      trustFile,
      trustStoreFile,
      api: api.url,
    });
    assert.deepEqual(api.refusals, []);
    assert.equal(api.thumbprints.at(-1), api.last, 'it was never called with the new certificate');
    assert.equal(new Set(api.thumbprints).size, 2);
  },
});
