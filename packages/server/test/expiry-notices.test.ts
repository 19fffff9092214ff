import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import { writePkcs12 } from '@countersign/x509/key-store';
import { endFindings } from '../src/cli/doctor/ends-check.ts';
import type { FollowedConfiguration } from '../src/config/configuration.ts';
import { heldCrls } from '../src/expiry/crls.ts';
import type { DescribedWatched } from '../src/expiry/described.ts';
import type { Expiry, WatchedFilter } from '../src/expiry/expiry.ts';
import { reportHeld } from '../src/expiry/held.ts';
import { publishedCertificates } from '../src/expiry/published-keys.ts';
import { DAY } from '../src/expiry/thresholds.ts';
import { createExpiryWatch, type ExpiryWatch } from '../src/expiry/watch.ts';
import { createJwksSource } from '../src/outbound/jwks-source.ts';
import { openExpiry } from '../src/server/expiry.ts';
import { type OpenHome, openHome } from '../src/server/open-home.ts';
import { everyItem } from '../src/storage/every-item.ts';
import { generateServerKey } from '../src/token/server-key.ts';
import { createUnstartedHome, type TestHome } from './countersign-process.ts';

const BEGUN = Date.parse('2026-06-01T12:00:00Z');
const BY = { name: 'operator', through: 'command-line' } as const;
const PASSWORD = 'wso2carbon';

/** A home as its server and commands have it open, with a clock that the test sets. */
describe('notices of ends', { timeout: 120_000 }, () => {
  let home: TestHome;
  let now = BEGUN;
  let opened: OpenHome;
  let configuration: FollowedConfiguration;
  let expiry: Expiry;
  let watch: ExpiryWatch;

  const issue = (subject: string, days: number, usage: 'client' | 'ca' | 'server' = 'client', at = BEGUN) =>
    issueCertificate({ subject: `CN=${subject}`, keyType: 'EC-P256', days, usage, now: at });
  const pemOf = ({ certificate }: IssuedCertificate) => certificateToPem(certificate);

  async function open(): Promise<void> {
    opened = await openHome(home.home, { quiet: true, clock: () => now });
    const { storage, events, clock } = opened;
    configuration = await opened.configuration.follow({ onReload: () => {} });
    expiry = openExpiry({ home: home.home, storage, clock, configuration, readsCrlFiles: false });
    const settings = () => configuration.now().expiry_watch;
    watch = createExpiryWatch({ storage, events, expiry, settings, clock });
  }
  async function close(): Promise<void> {
    configuration?.close();
    await opened?.close();
  }
  async function look(): Promise<void> {
    await watch.lookAtFew();
    while (await watch.lookAtClients());
  }
  const add = (client_id: string, ...certificates: readonly IssuedCertificate[]) =>
    opened.clients.register(
      {
        client_id,
        client_name: `the client ${client_id}`,
        certificates: certificates.map(pemOf),
        grant_types: ['client_credentials'],
      },
      BY,
    );
  /** Every notice there is, as `kind name days`, oldest first. */
  async function told(): Promise<readonly string[]> {
    await opened.events.flush();
    const types = ['expiry.approaching', 'expiry.passed'] as const;
    const pages = await Promise.all(
      types.map((type) => opened.storage.events.list({ type }, { limit: 200 })),
    );
    return pages
      .flatMap(({ items }) => items)
      .toSorted((one, other) => one.time - other.time)
      .map(({ detail }) => `${detail?.kind} ${detail?.name} ${detail?.days}`);
  }
  /** Those given since it was asked before. */
  let seen = 0;
  async function news(): Promise<readonly string[]> {
    const all = await told();
    const fresh = all.slice(seen);
    seen = all.length;
    return fresh.toSorted();
  }
  async function listed(filter: WatchedFilter = {}, limit = 3): Promise<readonly DescribedWatched[]> {
    const found: DescribedWatched[] = [];
    const pages = everyItem(({ after }) => expiry.list({ ...filter, limit, after }));
    for await (const each of pages) found.push(each);
    return found;
  }
  const namesOf = (all: readonly DescribedWatched[]) => all.map(({ kind, name }) => `${kind} ${name}`);

  before(async () => {
    home = await createUnstartedHome({
      expiry_watch: { signing_key_age: (60 * DAY) / 1000 },
      'transport.proxy': { pinned_certificate: 'proxy.pem' },
      outbound: { trusted_certificates_file: 'outbound.pem' },
    });
    const within = (name: string) => join(home.security, name);
    const server = await issue('localhost', 60, 'server');
    const entry = {
      kind: 'private-key',
      alias: 'wso2carbon',
      privateKey: server.privateKey,
      chain: [server.certificate],
    } as const;
    await writeFile(within('wso2carbon.jks'), await writePkcs12([entry], PASSWORD));
    await writeFile(within('proxy.pem'), pemOf(await issue('proxy', 60)));
    await writeFile(within('outbound.pem'), pemOf(await issue('outbound', 60, 'ca')));
    const trusted = {
      kind: 'trusted-certificate',
      alias: 'partner',
      certificate: (await issue('partner', 60, 'ca')).certificate,
    } as const;
    await writeFile(within('client-truststore.jks'), await writePkcs12([trusted], PASSWORD));
    await open();
  });
  after(async () => {
    await close();
    await home?.remove();
  });

  test('of each kind at its time, once, and not again after a restart', async () => {
    const { storage } = opened;
    await add('registered', await issue('registered', 60));
    const presented = await opened.clients.register(
      {
        client_id: 'presented',
        client_name: 'the client presented',
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_san_dns: 'a.example',
        trust_anchors: [pemOf(await issue('its own', 60, 'ca'))],
        grant_types: ['client_credentials'],
      },
      BY,
    );
    await add('disabled', await issue('disabled', 60));
    await opened.clients.change('disabled', { enabled: false }, BY);
    const { certificate } = await issue('presented', 60);
    await storage.certificateUses.note(
      [
        {
          client_id: presented.client.client_id,
          thumbprint: certificate.thumbprint,
          subject: 'CN=presented',
          not_before: certificate.notBefore,
          not_after: certificate.notAfter,
          used_at: BEGUN,
        },
      ],
      [],
    );
    const { encryption } = configuration.atStart;
    const key = await generateServerKey('ES256', 'active', encryption.key, BEGUN);
    await storage.commit([storage.signingKeys.steps.insertIfNone(key)]);
    const published = await issue('published', 60);
    const body = Buffer.from(
      JSON.stringify({
        keys: [
          {
            ...published.certificate.x509.publicKey.export({ format: 'jwk' }),
            x5c: [Buffer.from(published.certificate.der).toString('base64')],
          },
        ],
      }),
    );
    const jwks = createJwksSource(
      async () => ({ status: 200, body, headers: {}, url: 'https://keys.example/' }),
      { clock: () => now },
    );
    const crl = {
      kind: 'crl',
      location: 'http://crl.example/a.crl',
      thisUpdate: BEGUN,
      nextUpdate: BEGUN + 60 * DAY,
    } as const;
    await jwks.keysOf('https://keys.example/');
    const held = reportHeld(
      { storage, events: opened.events, clock: () => now, onFailed: assert.ifError },
      'a',
      () => [...publishedCertificates(jwks), ...heldCrls({ states: () => [crl] })],
    );
    const lookAt = async (left: number) => {
      now = BEGUN + (60 - left) * DAY;
      await jwks.keysOf('https://keys.example/');
      await held.report();
      await look();
    };

    await lookAt(60);
    assert.deepEqual(await news(), []);
    await lookAt(29.5);
    const each = [
      'authority outbound in [outbound] trusted_certificates_file',
      'authority partner in the trust store',
      'authority trust_anchors of presented',
      'client the client presented',
      'client the client registered',
      'crl http://crl.example/a.crl',
      'jwks https://keys.example/',
      'proxy proxy in [transport.proxy] pinned_certificate',
      'server the server certificate, wso2carbon in [keystore.primary]',
      `signing_key ES256 ${key.kid}`,
    ];
    const withDays = (days: number) => each.map((name) => `${name} ${days}`);
    const named = async () =>
      (await news())
        .map((name) =>
          name
            .replace(/^authority \S+ in \[outbound\]/, 'authority outbound in [outbound]')
            .replace(/^proxy \S+ in/, 'proxy proxy in'),
        )
        .toSorted();
    assert.deepEqual(await named(), withDays(30));

    await lookAt(29);
    assert.deepEqual(await named(), [], 'not twice');
    await held.close();
    await close();
    await open();
    await look();
    assert.deepEqual(await named(), [], 'nor after a restart');

    const soonest = await watch.soonest();
    assert.deepEqual(
      [...soonest.keys()].toSorted(),
      ['authority', 'client', 'proxy', 'server', 'signing_key'],
      'what nobody holds any more is not watched',
    );
    now = BEGUN + 53.5 * DAY;
    await look();
    const left = (name: string) => !/^(crl|jwks) /.test(name);
    assert.deepEqual(await named(), withDays(7).filter(left), 'those of 14 days count as given');
    now = BEGUN + 60.5 * DAY;
    await look();
    assert.deepEqual(await named(), withDays(0).filter(left));
    now = BEGUN + 80 * DAY;
    await look();
    assert.deepEqual(await named(), []);
    const [{ notices } = { notices: [] }] = await listed({ client_id: 'registered' });
    assert.deepEqual(
      notices.map(({ days, noted_at }) => [days, (noted_at - BEGUN) / DAY]),
      [
        [30, 30.5],
        [7, 53.5],
        [0, 60.5],
      ],
      'who looks sees when it was told',
    );
    const event = await opened.storage.events.find(notices[0]?.event_id ?? '');
    assert.deepEqual(
      [event?.type, event?.client_id, event?.object?.kind],
      ['expiry.approaching', 'registered', 'certificate'],
    );
  });

  test('what ended before anybody looked, or long ago, floods nobody and stays listed', async () => {
    now = BEGUN + 100 * DAY;
    await news();
    for (let index = 0; index < 5; index++)
      await add(`old-${index}`, await issue('old', 10, 'client', now - 90 * DAY));
    await look();
    assert.deepEqual(await news(), []);
    assert.equal((await listed({ expired: true, kind: 'client' })).length >= 5, true);
    assert.deepEqual(
      (await listed({ kind: 'client' })).filter(({ client_id }) => client_id?.startsWith('old')),
      [],
    );
  });

  test('a certificate that is renewed, or lives for hours, is not announced', async () => {
    const earlier = await issue('renewed', 60, 'client', now);
    await add('renewed', earlier);
    await add('hours', await issue('hours', 1, 'client', now));
    await look();
    assert.deepEqual(await news(), []);
    now += 29 * DAY;
    await look();
    assert.deepEqual(
      (await news()).filter((name) => /renewed|hours/.test(name)),
      ['client the client hours 0'],
      'its end is told, for somebody registered it',
    );
    const later = await issue('renewed', 365, 'client', now);
    const known = await opened.clients.change(
      'renewed',
      { metadata: { certificates: [earlier, later].map(pemOf) } },
      BY,
    );
    const came = ({ certificate }: IssuedCertificate, used_at: number) =>
      opened.storage.certificateUses.note(
        [
          {
            client_id: known.client.client_id,
            thumbprint: certificate.thumbprint,
            subject: '',
            not_before: certificate.notBefore,
            not_after: certificate.notAfter,
            used_at,
          },
        ],
        [],
      );
    await came(earlier, now - 2 * DAY);
    await came(later, now - DAY);
    now += 3 * DAY;
    await look();
    const fresh = await news();
    assert.deepEqual(
      fresh.filter((name) => /renewed/.test(name)),
      [],
    );
    const [first] = await listed({ client_id: 'renewed' });
    assert.equal(first?.succeeded, true);
  });

  test('unused and shared are told of where they are known', async () => {
    const certificate = await issue('shared', 400, 'client', now);
    await add('one', certificate);
    await add('other', certificate);
    const shared = await listed({ shared: true, kind: 'client' });
    assert.deepEqual(namesOf(shared), ['client the client one', 'client the client other']);
    assert.deepEqual(shared[0]?.shared, [{ as: 'client', client_id: 'other' }]);
    assert.deepEqual((await listed({ unused: true, client_id: 'one' })).length, 0);
    assert.equal((await listed({ client_id: 'one' }))[0]?.unused, undefined, 'it is too early to say');
    now += 91 * DAY;
    assert.equal((await listed({ client_id: 'one' }))[0]?.unused, true);
    await opened.storage.certificateUses.note(
      [
        {
          client_id: 'one',
          thumbprint: certificate.certificate.thumbprint,
          subject: '',
          not_before: 0,
          not_after: certificate.certificate.notAfter,
          used_at: now,
        },
      ],
      [{ thumbprint: certificate.certificate.thumbprint, used_at: now }],
    );
    assert.equal((await listed({ client_id: 'one' }))[0]?.unused, false);
    const unused = namesOf(await listed({ unused: true }));
    assert.ok(unused.includes('client the client other'));
    assert.ok(!unused.includes('client the client one'));
  });

  test('doctor tells of each by its name', async () => {
    await add('soon', await issue('soon', 60, 'client', now - 50 * DAY));
    await add('late', await issue('late', 60, 'client', now - 65 * DAY));
    const findings = await endFindings(expiry, () => now);
    const of = (code: string) => findings.filter((each) => each.code === code).map(({ detail }) => detail);
    assert.ok(
      of('certificate_expires_soon').some((each) => each.startsWith('client the client soon (soon)')),
    );
    const expired = findings.filter(({ code }) => code === 'certificate_expired');
    assert.ok(expired.some(({ detail, outcome }) => /the client late/.test(detail) && outcome === 'warning'));
    assert.ok(of('certificate_shared').some((each) => /the client one .*the client other/.test(each)));
    assert.ok(of('certificate_unused').some((each) => /the client other/.test(each)));
    assert.ok(!of('certificate_unused').some((each) => /the client one /.test(each)));
  });

  test('pages of any size are one list, in order', async () => {
    const lately = await listed({}, 200);
    for (const limit of [1, 2]) assert.deepEqual(await listed({}, limit), lately);
    const whole = await listed({ expired: true }, 200);
    assert.ok(whole.length > 10);
    for (const limit of [1, 2, 7]) assert.deepEqual(await listed({ expired: true }, limit), whole);
    const ends = whole.map(({ not_after }) => not_after ?? Number.POSITIVE_INFINITY);
    assert.deepEqual(
      ends,
      ends.toSorted((one, other) => one - other),
    );
    assert.equal(new Set(whole.map(({ key }) => key)).size, whole.length, 'each once');
  });

  test('switched off, nobody is told', async () => {
    await home.editDeployment((text) =>
      text.replace('\n[expiry_watch]\n', '\n[expiry_watch]\nenable = false\n'),
    );
    await close();
    await open();
    await news();
    await add('silent', await issue('silent', 60, 'client', now - 55 * DAY));
    await look();
    assert.deepEqual(await news(), []);
    assert.ok((await watch.soonest()).has('client'), 'what ends is known all the same');
  });
});
