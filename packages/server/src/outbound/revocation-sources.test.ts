import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Certificate } from '@countersign/x509';
import { evaluateRevocation, type RevocationOutcome } from '@countersign/x509/revocation';
import {
  DAY,
  deltaIndicator,
  distributionPoint,
  HOUR,
  NOW,
  TestAuthority,
  uriName,
} from '../../../x509/test/revocation-authority.ts';
import { type OutboundFetch, OutboundRefused, type OutboundRequest } from './outbound-fetch.ts';
import { createRevocationSources, type RevocationSourcesOptions } from './revocation-sources.ts';

const MINUTE = 60_000;
const CRL = 'http://crl.example/ca.crl';
const DELTA = 'http://crl.example/delta.crl';
const OCSP = 'http://ocsp.example/';

type Answer = Uint8Array | ((request: OutboundRequest) => Uint8Array);

/** Sources over a network that is not there: documents, their absence and the clock are the test's. */
function online(options: Partial<RevocationSourcesOptions> = {}) {
  const at = {
    now: NOW,
    documents: new Map<string, Answer>(),
    requests: [] as OutboundRequest[],
    /** Fetches wait for this before they answer. */
    gate: Promise.resolve(),
  };
  const fetch: OutboundFetch = async (request) => {
    at.requests.push(request);
    await at.gate;
    const document = at.documents.get(request.url);
    if (document === undefined) throw new OutboundRefused('timeout', 'not done within 5000 ms');
    const body = typeof document === 'function' ? document(request) : document;
    return { status: 200, headers: {}, body };
  };
  const sources = createRevocationSources({ fetch, clock: () => at.now, random: () => 0.5, ...options });
  const ask = (
    certificate: Certificate,
    issuer: TestAuthority,
    policy: 'prefer' | 'require' = 'require',
  ): Promise<RevocationOutcome> =>
    evaluateRevocation({
      path: [certificate, issuer.certificate],
      policy,
      sources: sources.sources,
      at: at.now,
    });
  const fetched = (url: string) => at.requests.filter((request) => request.url === url).length;
  return { at, sources, ask, fetched };
}

const shown = (outcome: RevocationOutcome): string =>
  outcome.status === 'undetermined'
    ? JSON.stringify(outcome.undetermined.map(({ why }) => why))
    : outcome.status;

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'revocation-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** Lets what was started in the background come to its end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a distribution point is fetched once, over plain http, for everyone at the same time', async () => {
  const authority = new TestAuthority('One');
  const certificate = authority.issue({ crl: [CRL] });
  const { at, ask, fetched } = online();
  at.documents.set(CRL, authority.crl());
  const outcomes = await Promise.all([1, 2, 3].map(() => ask(certificate, authority)));
  assert.deepEqual(outcomes.map(shown), ['good', 'good', 'good']);
  assert.equal((await ask(certificate, authority)).status, 'good');
  assert.equal(fetched(CRL), 1);
  assert.equal(at.requests[0]?.allowPlainHttp, true);
});

test('a CRL is renewed behind the requests before its nextUpdate, and a revocation changes the generation', async () => {
  const authority = new TestAuthority('Two');
  const certificate = authority.issue({ serial: 20, crl: [CRL] });
  const { at, ask, fetched, sources } = online();
  at.documents.set(CRL, authority.crl({ nextUpdate: NOW + 10 * MINUTE }));
  const first = await ask(certificate, authority);
  assert.ok(first.until > NOW && first.until < NOW + 10 * MINUTE, 'asked again before it runs out');
  const before = sources.generation;
  at.documents.set(CRL, authority.crl({ thisUpdate: NOW, entries: [{ serial: 20 }] }));
  at.now = first.until;
  assert.equal((await ask(certificate, authority)).status, 'good', 'nobody waits for the renewal');
  await settled();
  assert.equal(fetched(CRL), 2);
  assert.equal((await ask(certificate, authority)).status, 'revoked');
  assert.notEqual(sources.generation, before);
});

test('the same CRL again changes no generation', async () => {
  const authority = new TestAuthority('Three');
  const certificate = authority.issue({ crl: [CRL] });
  const { at, ask, sources, fetched } = online();
  at.documents.set(CRL, authority.crl());
  await ask(certificate, authority);
  const before = sources.generation;
  await sources.refresh(CRL);
  assert.equal(fetched(CRL), 2);
  assert.equal(sources.generation, before);
});

test('a CRL that cannot be renewed is not believed past its nextUpdate', async () => {
  const authority = new TestAuthority('Four');
  const certificate = authority.issue({ crl: [CRL] });
  const { at, ask, sources } = online();
  at.documents.set(CRL, authority.crl({ nextUpdate: NOW + 10 * MINUTE }));
  await ask(certificate, authority);
  at.documents.clear();
  at.now = NOW + 9 * MINUTE;
  assert.equal((await ask(certificate, authority)).status, 'good');
  at.now = NOW + 12 * MINUTE;
  const outcome = await ask(certificate, authority);
  assert.equal(outcome.decision, 'refuse');
  assert.match(shown(outcome), /expired.*timeout/);
  assert.equal((await ask(certificate, authority, 'prefer')).decision, 'accept');
  const [state] = sources.states();
  assert.deepEqual(
    [state?.location, state?.nextUpdate, state?.lastError?.problems[0]?.because],
    [CRL, NOW + 10 * MINUTE, 'unreachable'],
  );
});

test('failures are backed off, and the answer says when asking again may help', async () => {
  const authority = new TestAuthority('Five');
  const certificate = authority.issue({ crl: [CRL] });
  const { at, ask, fetched, sources } = online();
  const first = await ask(certificate, authority);
  assert.equal(first.status, 'undetermined');
  assert.ok(first.until > NOW && first.until <= NOW + MINUTE);
  await ask(certificate, authority);
  assert.equal(fetched(CRL), 1, 'not asked again at once');
  at.now = first.until;
  const second = await ask(certificate, authority);
  assert.equal(fetched(CRL), 2);
  assert.ok(second.until - at.now > first.until - NOW, 'the delay grows');
  const before = sources.generation;
  at.documents.set(CRL, authority.crl());
  at.now = second.until;
  assert.equal((await ask(certificate, authority)).status, 'good');
  assert.notEqual(sources.generation, before, 'decisions made without it are void');
});

test('garbage, a huge CRL, and another scheme are told apart', async () => {
  const authority = new TestAuthority('Six');
  const garbage = authority.issue({ crl: ['http://crl.example/garbage'] });
  const large = authority.issue({ crl: ['http://crl.example/large'] });
  const ldap = authority.issue({ crl: ['ldap://crl.example/cn=CA'] });
  const { at, ask } = online({ maxCrlBytes: 2000 });
  at.documents.set('http://crl.example/garbage', Buffer.from('<html>moved</html>'));
  at.documents.set(
    'http://crl.example/large',
    authority.crl({ entries: Array.from({ length: 200 }, (_, serial) => ({ serial: serial + 1 })) }),
  );
  assert.match(shown(await ask(garbage, authority)), /malformed.*neither a DER nor a PEM CRL/);
  assert.match(shown(await ask(large, authority)), /at most 2000/);
  assert.match(shown(await ask(ldap, authority)), /only http and https are fetched/);
  assert.equal(
    at.requests.every(({ maxBytes }) => maxBytes === 2000),
    true,
  );
});

test('a second place of the same distribution point is asked when the first fails', async () => {
  const authority = new TestAuthority('Seven');
  const both = distributionPoint([uriName(CRL), uriName('http://mirror.example/ca.crl')]);
  const certificate = authority.issue({ crl: [both] });
  const { at, ask, fetched } = online();
  at.documents.set('http://mirror.example/ca.crl', authority.crl());
  assert.equal(shown(await ask(certificate, authority)), 'good');
  assert.equal(fetched(CRL), 1);
});

test('delta CRLs are fetched from freshestCRL; without one the complete CRL still answers', async () => {
  const authority = new TestAuthority('Eight');
  const certificate = authority.issue({ serial: 80, crl: [CRL], freshest: DELTA });
  const { at, ask } = online();
  at.documents.set(CRL, authority.crl({ number: 4 }));
  const without = await ask(certificate, authority);
  assert.equal(without.status, 'good');
  assert.ok(without.until <= NOW + MINUTE, 'the delta is asked for again soon');
  at.now = without.until;
  at.documents.set(
    DELTA,
    authority.crl({ number: 5, extensions: [deltaIndicator(4)], entries: [{ serial: 80, reason: 1 }] }),
  );
  assert.equal((await ask(certificate, authority)).status, 'revoked');
});

test('a CRL file is asked before the network and seen when it changes; a half-written one changes nothing', async (context) => {
  const authority = new TestAuthority('Nine');
  const certificate = authority.issue({ serial: 90, crl: [CRL], ocsp: OCSP });
  const file = join(await temporaryFolder(context), 'ca.crl');
  await writeFile(file, authority.crl());
  const { at, ask, sources } = online({ crlFiles: [file] });
  await sources.start();
  context.after(() => sources.close());
  assert.equal((await ask(certificate, authority)).status, 'good');
  assert.equal(at.requests.length, 0);
  const before = sources.generation;

  await writeFile(file, authority.crl({ entries: [{ serial: 90, reason: 1 }] }).subarray(0, 60));
  at.now += MINUTE;
  await sources.refreshDue();
  assert.equal((await ask(certificate, authority)).status, 'good');
  assert.equal(sources.generation, before);
  assert.equal(sources.states()[0]?.lastError?.problems[0]?.because, 'malformed');

  await writeFile(file, authority.crl({ entries: [{ serial: 90, reason: 1 }] }));
  at.now += MINUTE;
  await sources.refreshDue();
  assert.notEqual(sources.generation, before);
  assert.equal((await ask(certificate, authority)).status, 'revoked');
});

test('the cache is bounded in entries and in octets, the least recently used giving way', async () => {
  const authority = new TestAuthority('Ten');
  const uri = (index: number) => `http://crl.example/${index}`;
  const certificates = [0, 1, 2].map((index) => authority.issue({ crl: [uri(index)] }));
  const crl = authority.crl();
  for (const crlCache of [
    { entries: 2, bytes: 1_000_000 },
    { entries: 100, bytes: crl.length * 2 + 10 },
  ]) {
    const { at, ask, fetched, sources } = online({ crlCache });
    for (const index of [0, 1, 2]) at.documents.set(uri(index), crl);
    for (const index of [0, 1, 0, 2]) {
      const certificate = certificates[index];
      assert.ok(certificate);
      await ask(certificate, authority);
    }
    assert.deepEqual(
      sources.states().map(({ location }) => location),
      [uri(0), uri(2)],
    );
    assert.equal(fetched(uri(0)), 1);
  }
});

test('what lapses unused is let go, not renewed for ever', async () => {
  const authority = new TestAuthority('Eleven');
  const { at, ask, fetched, sources } = online();
  at.documents.set(CRL, authority.crl({ nextUpdate: NOW + HOUR }));
  await ask(authority.issue({ crl: [CRL] }), authority);
  at.now = NOW + 2 * HOUR;
  await sources.refreshDue();
  assert.deepEqual(sources.states(), []);
  assert.equal(fetched(CRL), 1);
});

test('OCSP is asked by POST and its answer held until nextUpdate', async () => {
  const authority = new TestAuthority('Twelve');
  const certificate = authority.issue({ ocsp: OCSP });
  const { at, ask, fetched } = online();
  const { serialNumber } = certificate.fields;
  at.documents.set(OCSP, authority.ocsp(serialNumber, { nextUpdate: NOW + HOUR }));
  assert.equal(shown(await ask(certificate, authority)), 'good');
  assert.equal(shown(await ask(certificate, authority)), 'good');
  const [request] = at.requests;
  assert.equal(fetched(OCSP), 1);
  assert.equal(request?.method, 'POST');
  assert.equal(request?.headers?.['content-type'], 'application/ocsp-request');
  assert.deepEqual(request?.accept, ['application/ocsp-response']);
  at.now = NOW + 2 * HOUR;
  at.documents.clear();
  assert.match(shown(await ask(certificate, authority)), /expired/);
});

test('an OCSP answer renewed alike keeps the generation; one that turns to revoked changes it', async () => {
  const authority = new TestAuthority('Thirteen');
  const certificate = authority.issue({ ocsp: OCSP });
  const { serialNumber } = certificate.fields;
  const { at, ask, sources } = online();
  at.documents.set(OCSP, authority.ocsp(serialNumber));
  await ask(certificate, authority);
  const before = sources.generation;
  at.documents.set(OCSP, authority.ocsp(serialNumber, { thisUpdate: NOW }));
  await sources.refresh(OCSP);
  assert.equal(sources.generation, before);
  at.documents.set(OCSP, authority.ocsp(serialNumber, { status: 'revoked', reason: 1 }));
  await sources.refresh(OCSP);
  assert.notEqual(sources.generation, before);
  const outcome = await ask(certificate, authority);
  assert.ok(outcome.status === 'revoked');
  assert.deepEqual([outcome.source, outcome.reason], ['ocsp', 'keyCompromise']);
});

test('a silent responder is not waited for anew for every certificate', async () => {
  const authority = new TestAuthority('Fourteen');
  const { ask, fetched } = online();
  for (let count = 0; count < 5; count += 1) {
    const outcome = await ask(authority.issue({ ocsp: OCSP }), authority);
    assert.equal(outcome.decision, 'refuse');
    assert.match(shown(outcome), /timeout/);
  }
  assert.equal(fetched(OCSP), 1);
});

test('with the responder down or ignorant, the CRL answers', async () => {
  const authority = new TestAuthority('Fifteen');
  const certificate = authority.issue({ serial: 150, ocsp: OCSP, crl: [CRL] });
  const { serialNumber } = certificate.fields;
  for (const response of [undefined, authority.ocsp(serialNumber, { status: 'unknown' })]) {
    const { at, ask } = online();
    if (response) at.documents.set(OCSP, response);
    at.documents.set(CRL, authority.crl({ entries: [{ serial: 150 }] }));
    const outcome = await ask(certificate, authority);
    assert.ok(outcome.status === 'revoked');
    assert.equal(outcome.source, 'crl');
  }
});

test('a demanded nonce must come back', async () => {
  const authority = new TestAuthority('Sixteen');
  const certificate = authority.issue({ ocsp: OCSP });
  const { serialNumber } = certificate.fields;
  const nonceOf = ({ body = new Uint8Array() }: OutboundRequest) => body.subarray(-32);
  const { at, ask } = online({ ocsp: { nonce: 'demand' } });
  at.documents.set(OCSP, authority.ocsp(serialNumber));
  assert.match(shown(await ask(certificate, authority)), /"nonce"/);
  at.now += 10 * MINUTE;
  at.documents.set(OCSP, (request) => authority.ocsp(serialNumber, { nonce: nonceOf(request) }));
  assert.equal(shown(await ask(certificate, authority)), 'good');
});

test('a delegated responder that is not exempt is looked up in the CRLs', async () => {
  const authority = new TestAuthority('Seventeen');
  const responder = (spec = {}) =>
    new TestAuthority('Responder', authority, {
      isCa: false,
      serial: 170,
      keyUsage: [0],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.9'],
      ...spec,
    });
  const certificate = authority.issue({ ocsp: OCSP });
  const { serialNumber } = certificate.fields;
  const outcome = async (by: TestAuthority, crl?: Uint8Array) => {
    const { at, ask } = online();
    at.documents.set(OCSP, authority.ocsp(serialNumber, { responder: by, certificates: [by.certificate] }));
    if (crl) at.documents.set(CRL, crl);
    return shown(await ask(certificate, authority));
  };
  const named = responder({ crl: [CRL] });
  assert.equal(await outcome(named, authority.crl()), 'good');
  assert.match(await outcome(named, authority.crl({ entries: [{ serial: 170 }] })), /signer-revoked/);
  assert.match(await outcome(named), /signer-status-undetermined/);
  assert.equal(await outcome(responder()), 'good', 'nothing to ask is local policy: believed');
});

test('another responder can be set for every certificate', async () => {
  const authority = new TestAuthority('Eighteen');
  const certificate = authority.issue();
  const { serialNumber } = certificate.fields;
  const { at, ask } = online({ ocsp: { responder: OCSP, certIdHash: 'sha256' } });
  at.documents.set(OCSP, authority.ocsp(serialNumber, { hash: 'sha256' }));
  assert.equal(shown(await ask(certificate, authority)), 'good');
});

test('a certificate that names nothing is undetermined, and is not asked about again soon', async () => {
  const authority = new TestAuthority('Nineteen');
  const { ask } = online();
  const outcome = await ask(authority.issue(), authority);
  assert.equal(outcome.decision, 'refuse');
  assert.match(shown(outcome), /no-source.*names no OCSP responder.*no complete CRL/);
  assert.ok(outcome.until >= NOW + MINUTE);
});

test('an emergency CRL is seen within a day although the old one lasts a month', async () => {
  const authority = new TestAuthority('Twenty');
  const certificate = authority.issue({ serial: 200, crl: [CRL] });
  const { at, ask } = online();
  at.documents.set(CRL, authority.crl({ nextUpdate: NOW + 30 * DAY }));
  const first = await ask(certificate, authority);
  assert.ok(first.until <= NOW + DAY);
  at.documents.set(
    CRL,
    authority.crl({ thisUpdate: NOW, nextUpdate: NOW + 30 * DAY, entries: [{ serial: 200 }] }),
  );
  at.now = NOW + DAY;
  await ask(certificate, authority);
  await settled();
  assert.equal((await ask(certificate, authority)).status, 'revoked');
});

/** What becomes of a certificate under `prefer`, its last answers counting for a day past their end. */
const preferring =
  ({ at, sources }: ReturnType<typeof online>) =>
  (certificate: Certificate, issuer: TestAuthority): Promise<RevocationOutcome> =>
    evaluateRevocation({
      path: [certificate, issuer.certificate],
      policy: 'prefer',
      sources: sources.lenient(DAY),
      at: at.now,
    });

test('a certificate on hold stays on hold while nothing newer is heard', async () => {
  const authority = new TestAuthority('Blinded hold');
  const certificate = authority.issue({ serial: 2, crl: [CRL] });
  const network = online();
  const { at } = network;
  const prefer = preferring(network);
  const entries = [{ serial: 2, reason: 6 }];
  at.documents.set(CRL, authority.crl({ nextUpdate: NOW + HOUR, entries }));
  assert.equal((await prefer(certificate, authority)).status, 'revoked');
  at.documents.clear();
  at.now += 300 * DAY;
  assert.equal(
    (await prefer(certificate, authority)).status,
    'revoked',
    'keeping the CRL away lifts nothing',
  );
  at.documents.set(CRL, authority.crl({ thisUpdate: at.now - MINUTE, nextUpdate: at.now + HOUR }));
  at.now += 2 * MINUTE;
  assert.equal((await prefer(certificate, authority)).status, 'good');
});

test('the last good answer counts past its end within the bound, and never where an answer is required', async () => {
  const authority = new TestAuthority('Blinded good');
  const certificate = authority.issue({ serial: 2, crl: [CRL] });
  const network = online();
  const { at, ask } = network;
  const prefer = preferring(network);
  at.documents.set(CRL, authority.crl({ nextUpdate: NOW + HOUR }));
  assert.equal((await prefer(certificate, authority)).status, 'good');
  at.documents.clear();
  at.now += HOUR + 12 * HOUR;
  assert.equal((await prefer(certificate, authority)).status, 'good');
  assert.equal((await ask(certificate, authority, 'require')).decision, 'refuse');
  at.now += DAY;
  assert.equal((await prefer(certificate, authority)).status, 'undetermined');
});

test('an older CRL sent again does not replace the newer one that revokes', async () => {
  const authority = new TestAuthority('Replayed');
  const certificate = authority.issue({ serial: 20, crl: [CRL] });
  const network = online();
  const { at, ask } = network;
  const older = authority.crl({ thisUpdate: NOW - DAY, nextUpdate: NOW + 10 * DAY });
  at.documents.set(
    CRL,
    authority.crl({ thisUpdate: NOW, nextUpdate: NOW + HOUR, entries: [{ serial: 20 }] }),
  );
  assert.equal((await ask(certificate, authority, 'prefer')).status, 'revoked');
  at.documents.set(CRL, older);
  await network.sources.refresh(CRL);
  at.now += 2 * HOUR;
  assert.equal((await ask(certificate, authority, 'prefer')).status, 'revoked');
});
