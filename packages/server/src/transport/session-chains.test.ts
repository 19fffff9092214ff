import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { TestContext } from 'node:test';
import test from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';
import { Certificate, certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import { rememberSessionChains, SESSION_SECONDS, sessionName } from './session-chains.ts';

const pemOf = ({ certificate, privateKey }: IssuedCertificate) => ({
  cert: certificateToPem(certificate),
  key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
});
const issue = (subject: string, usage: 'ca' | 'client' | 'server', issuer?: IssuedCertificate) =>
  issueCertificate({
    subject,
    usage,
    keyType: 'EC-P256',
    days: 1,
    now: Date.now(),
    ...(issuer && { issuer }),
  });

const root = await issue('CN=root', 'ca');
const intermediate = await issue('CN=intermediate', 'ca', root);
const leaf = pemOf(await issue('CN=leaf', 'client', intermediate));
const withChain = { ...leaf, cert: leaf.cert + pemOf(intermediate).cert };
const serverIdentity = pemOf(await issue('CN=localhost', 'server'));

/** A server that answers every connection with the subjects of the chain it knows for it. */
async function chainServer(t: TestContext, bytesLimit?: number) {
  const server = createServer({
    ...serverIdentity,
    requestCert: true,
    rejectUnauthorized: false,
    sessionTimeout: SESSION_SECONDS,
  });
  let now = 0;
  const sessions = rememberSessionChains(server, {
    now: () => now,
    ...(bytesLimit !== undefined && { bytesLimit }),
  });
  server.prependListener('secureConnection', (socket) => {
    const issuer = socket.getPeerX509Certificate()?.issuerCertificate;
    const chain = sessions.chainOf(socket, issuer ? [Certificate.fromX509(issuer)] : []);
    socket.on('error', () => {});
    socket.end(chain.map(({ subject }) => `${subject}`).join());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  /** Connects once. @returns what the server knows, whether the session was resumed, and its tickets */
  const visit = async (options: ConnectionOptions) => {
    const socket = connect({ port: address.port, rejectUnauthorized: false, ...options });
    const tickets: Buffer[] = [];
    socket.on('session', (ticket) => tickets.push(ticket));
    let resumed: boolean | undefined;
    socket.on('secureConnect', () => {
      resumed = socket.isSessionReused();
    });
    let chain = '';
    for await (const chunk of socket) chain += String(chunk);
    return { chain, resumed, tickets };
  };
  const elapse = (ms: number) => {
    now += ms;
  };
  return { visit, elapse, server };
}

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`${maxVersion}: a session has its own chain, again and again, and no other session has`, async (t) => {
    const { visit } = await chainServer(t);
    const first = await visit({ ...withChain, maxVersion });
    assert.deepEqual([first.chain, first.resumed], ['CN=intermediate', false]);
    assert.ok(first.tickets.length > 0);
    for (const session of first.tickets) {
      const again = await visit({ ...leaf, maxVersion, session });
      assert.deepEqual([again.chain, again.resumed], ['CN=intermediate', true]);
      const further = again.tickets.at(-1) ?? session;
      const third = await visit({ ...leaf, maxVersion, session: further });
      assert.deepEqual([third.chain, third.resumed], ['CN=intermediate', true]);
    }
    const other = await visit({ ...leaf, maxVersion });
    assert.deepEqual([other.chain, other.resumed], ['', false]);
    const resumed = await visit({ ...leaf, maxVersion, session: other.tickets.at(-1) });
    assert.deepEqual([resumed.chain, resumed.resumed], ['', true]);
  });

  test(`${maxVersion}: when more is to be remembered than fits, clients authenticate anew`, async (t) => {
    const { visit } = await chainServer(t, 5_000);
    const first = await visit({ ...withChain, maxVersion });
    for (let count = 0; count < 4; count++) await visit({ ...withChain, maxVersion });
    const late = await visit({ ...withChain, maxVersion, session: first.tickets.at(-1) });
    assert.deepEqual([late.chain, late.resumed], ['CN=intermediate', false]);
  });

  test(`${maxVersion}: what ended makes room`, async (t) => {
    const { visit, elapse, server } = await chainServer(t, 5_000);
    const keys = server.getTicketKeys();
    for (let count = 0; count < 10; count++) {
      await visit({ ...withChain, maxVersion });
      elapse((SESSION_SECONDS + 6) * 1000);
    }
    assert.deepEqual(server.getTicketKeys(), keys);
  });
}

test('with another certificate of the server every session begins anew', async (t) => {
  const { visit, server } = await chainServer(t);
  const { tickets } = await visit(withChain);
  server.setSecureContext({ ...pemOf(await issue('CN=localhost', 'server')) });
  const anew = await visit({ ...leaf, session: tickets.at(-1) });
  assert.deepEqual([anew.chain, anew.resumed], ['', false]);
});

test('what is no session has no name', () => {
  for (const bytes of ['', '30', '3000', '30820102', '3003020101', '30ff'])
    assert.equal(sessionName(Buffer.from(bytes, 'hex')), undefined);
});
