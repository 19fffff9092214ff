import assert from 'node:assert/strict';
import { copyFile, rename, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createTestHome, type RunningCountersign, runProgram, type TestHome } from './countersign-process.ts';
import { causeOf, eventOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { missingProgram } from './installed-program.ts';
import { type OpensslAuthority, openOpensslAuthority } from './openssl-authority.ts';
import { type Answer, type Call, post } from './token-client.ts';

const skip = (await missingProgram('keytool', ['-help'])) || (await missingProgram('openssl', ['version']));

const SUBJECT = '/C=GB/O=Example Ltd/OU=Payments/CN=partner';
/** Every subject value of RFC 8705 §2.1.2 that the certificates below carry, and how openssl writes it. */
const SUBJECTS = [
  {
    field: 'tls_client_auth_subject_dn',
    value: 'CN=partner,OU=Payments,O=Example Ltd,C=GB',
    name: undefined,
  },
  { field: 'tls_client_auth_san_dns', value: 'partner.example.com', name: 'DNS:partner.example.com' },
  {
    field: 'tls_client_auth_san_uri',
    value: 'https://partner.example.com/id',
    name: 'URI:https://partner.example.com/id',
  },
  { field: 'tls_client_auth_san_ip', value: '192.0.2.7', name: 'IP:192.0.2.7' },
  {
    field: 'tls_client_auth_san_email',
    value: 'ops@partner.example.com',
    name: 'email:ops@partner.example.com',
  },
] as const;
const NAMES = `subjectAltName = ${SUBJECTS.flatMap(({ name }) => name ?? []).join(', ')}`;
const OTHER_NAMES =
  'subjectAltName = DNS:other.example.com, DNS:*.example.com, URI:https://other.example.com/id, IP:192.0.2.8, email:ops@other.example.com';
const CLIENT = ['keyUsage = critical, digitalSignature', 'extendedKeyUsage = clientAuth'];
const AUTHORITY = [
  'basicConstraints = critical, CA:TRUE',
  'keyUsage = critical, keyCertSign, cRLSign, digitalSignature',
  'subjectKeyIdentifier = hash',
];
/** Everything `partner` is called is outside of this. */
const CONSTRAINTS = [
  'nameConstraints = critical, permitted;DNS:allowed.example, permitted;URI:.allowed.example, permitted;IP:10.0.0.0/255.0.0.0, permitted;email:allowed.example, permitted;dirName:allowed',
  '[allowed]',
  'C = GB',
  'O = Allowed',
];

describe('tls_client_auth under an openssl authority', { skip }, () => {
  let authority: OpensslAuthority;
  let home: TestHome;
  let server: RunningCountersign;
  let admin: AdminApi;
  const agents: Agent[] = [];

  const ask = (client_id: string, options: Call) =>
    post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', client_id }, options);
  const askWith = async (client_id: string, name: string, ...chain: readonly string[]) =>
    ask(client_id, { certificate: await authority.identity(name, ...chain) });
  const register = async (metadata: Readonly<Record<string, unknown>>) => {
    const { client_id } = await admin.register({
      client_name: 'partner',
      grant_types: ['client_credentials'],
      ...metadata,
    });
    return client_id;
  };
  /** A client that keeps its connection open, and resumes its session on the next. */
  const keepingAgent = async (name: string, ...chain: readonly string[]) => {
    const identity = await authority.identity(name, ...chain);
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, ...identity });
    agents.push(agent);
    return agent;
  };
  const dropConnections = (agent: Agent) => {
    for (const sockets of Object.values(agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  };
  const keytool = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await runProgram('keytool', args, { cwd: home.security });
    assert.equal(code, 0, stdout + stderr);
  };

  before(async () => {
    authority = await openOpensslAuthority();
    const { origin } = authority;
    await authority.root('root', '/C=GB/O=Example Ltd/CN=Root');
    await authority.root('stranger', '/C=GB/O=Example Ltd/CN=Root');
    const underRoot = `crlDistributionPoints = URI:${origin}/root.crl`;
    await authority.issue('root', 'issuing', '/C=GB/O=Example Ltd/CN=Issuing', [...AUTHORITY, underRoot]);
    await authority.issue('root', 'narrow', '/C=GB/O=Example Ltd/CN=Narrow', [
      ...AUTHORITY,
      underRoot,
      ...CONSTRAINTS,
    ]);
    const online = `authorityInfoAccess = OCSP;URI:${origin}/ocsp/issuing`;
    const partner = [...CLIENT, NAMES];
    await authority.issue('issuing', 'good', SUBJECT, [...partner, online]);
    await authority.issue('issuing', 'revoked', SUBJECT, [...partner, online]);
    await authority.issue(
      'issuing',
      'expired',
      SUBJECT,
      [...partner, online],
      ['20200101000000Z', '20210101000000Z'],
    );
    await authority.issue('stranger', 'unknown', SUBJECT, [...partner, online]);
    await authority.issue('issuing', 'for-servers', SUBJECT, [
      'keyUsage = critical, digitalSignature',
      'extendedKeyUsage = serverAuth',
      NAMES,
      online,
    ]);
    await authority.issue('issuing', 'other', '/C=GB/O=Example Ltd/OU=Payments/CN=other', [
      ...CLIENT,
      OTHER_NAMES,
      online,
    ]);
    await authority.issue('issuing', 'unanswered', SUBJECT, [
      ...partner,
      `authorityInfoAccess = OCSP;URI:${origin}/ocsp/nobody`,
    ]);
    await authority.issue('root', 'listing', '/C=GB/O=Example Ltd/CN=Listing', [...AUTHORITY, underRoot]);
    await authority.issue('listing', 'listed', SUBJECT, partner);
    for (const { field, name } of SUBJECTS) {
      const subject = name === undefined ? SUBJECT : '/C=GB/O=Allowed/CN=partner';
      const names = name === undefined ? [] : [`subjectAltName = ${name}`];
      await authority.issue('narrow', `breach-${field}`, subject, [...CLIENT, ...names]);
    }
    await authority.issue('narrow', 'within', '/C=GB/O=Allowed/CN=partner', [
      ...CLIENT,
      'subjectAltName = DNS:partner.allowed.example',
    ]);
    await authority.revoke('issuing', 'revoked');
    await authority.writeCrl('root');
    await authority.writeCrl('narrow');

    home = await createTestHome({ outbound: { allowed_addresses: ['127.0.0.1'] } });
    for (const name of ['required', 'preferred']) {
      await home.editDeployment(
        (text) =>
          `${text}\n[[trust_group]]\nname = "${name}"\nfile_name = "partners.pem"\nrevocation = "${name === 'required' ? 'require' : 'prefer'}"\n`,
      );
    }
    await home.editDeployment(
      (text) =>
        `${text}\n[[trust_group]]\nname = "listed"\nfile_name = "partners.pem"\nrevocation = "require"\ncrl_file = "listing.crl"\n`,
    );
    await writeFile(join(home.security, 'partners.pem'), await authority.pem('root'));
    await copyFile(await authority.writeCrl('listing'), join(home.security, 'listing.crl'));
    await keytool(
      ...[
        '-importcert',
        '-noprompt',
        '-trustcacerts',
        '-alias',
        'root',
        '-file',
        join(authority.folder, 'root.pem'),
      ],
      ...['-keystore', 'client-truststore.jks', '-storepass', 'wso2carbon'],
    );
    server = await home.start();
    admin = adminApiOf(home.issuer);
  });
  after(async () => {
    for (const agent of agents) agent.destroy();
    await server?.stop();
    await home?.remove();
    await authority?.close();
  });

  for (const { field, value } of SUBJECTS) {
    describe(field, () => {
      let required: string;
      let preferred: string;
      before(async () => {
        required = await register({ [field]: value, trust_group: 'required' });
        preferred = await register({ [field]: value, trust_group: 'preferred' });
      });

      test('accepts a good certificate, and that of nobody else', async () => {
        for (const client_id of [required, preferred]) {
          const accepted = await askWith(client_id, 'good', 'issuing');
          assert.equal(accepted.status, 200, accepted.text);
          const other = await askWith(client_id, 'other', 'issuing');
          assert.deepEqual([other.status, other.json().error], [401, 'invalid_client']);
          const { because, evidence } = await eventOf(server, other);
          assert.equal(because, 'certificate_subject_differs');
          assert.match(JSON.stringify(evidence), /other/);
        }
      });

      for (const { name, chain, because, evidence } of [
        { name: 'revoked', chain: 'issuing', because: 'certificate_revoked', evidence: /"source":"ocsp"/ },
        { name: 'expired', chain: 'issuing', because: 'certificate_expired', evidence: /2021-01-01/ },
        {
          name: 'unknown',
          chain: 'stranger',
          because: 'certificate_not_trusted',
          evidence: /CN=Root|CN=partner/,
        },
        {
          name: 'for-servers',
          chain: 'issuing',
          because: 'certificate_not_trusted',
          evidence: /clientAuth|1\.3\.6\.1\.5\.5\.7\.3\.2/,
        },
        {
          name: `breach-${field}`,
          chain: 'narrow',
          because: 'certificate_not_trusted',
          evidence: /name-not-permitted/,
        },
      ]) {
        test(`refuses ${name}, whatever the group says of revocation`, async () => {
          for (const client_id of [required, preferred]) {
            const refused = await askWith(client_id, name, chain);
            assert.deepEqual(
              [refused.status, refused.json()],
              [401, { error: 'invalid_client', error_description: 'Client authentication failed.' }],
            );
            const event = await eventOf(server, refused);
            assert.equal(event.because, because, JSON.stringify(event));
            assert.match(JSON.stringify(event.evidence), evidence);
          }
        });
      }

      test('a responder that is down: require refuses, prefer accepts and says so', async () => {
        const refused = await askWith(required, 'unanswered', 'issuing');
        assert.equal(refused.status, 401);
        const { because, evidence } = await eventOf(server, refused);
        assert.equal(because, 'certificate_revocation_unknown');
        assert.match(JSON.stringify(evidence), /answered 503/);
        assert.equal((await askWith(preferred, 'unanswered', 'issuing')).status, 200);
        const told = await server.line(
          new RegExp(`certificate\\.revocation_unknown.*"client_id":"${preferred}"`),
        );
        assert.match(told, /answered 503/);
      });
    });
  }

  test('a name within the constraints is accepted', async () => {
    const client_id = await register({
      tls_client_auth_san_dns: 'partner.allowed.example',
      trust_anchors: [await authority.pem('root')],
    });
    const accepted = await askWith(client_id, 'within', 'narrow');
    assert.equal(accepted.status, 200, accepted.text);
  });

  test('anchors come from the truststore, a trust group or the client, and are known by key and not by name', async () => {
    const subject = { tls_client_auth_san_dns: 'partner.example.com' };
    const fromTruststore = await register(subject);
    const fromClient = await register({ ...subject, trust_anchors: [await authority.pem('root')] });
    const fromStranger = await register({ ...subject, trust_anchors: [await authority.pem('stranger')] });
    assert.equal((await askWith(fromTruststore, 'good', 'issuing')).status, 200);
    assert.equal((await askWith(fromClient, 'good', 'issuing')).status, 200);
    assert.equal((await askWith(fromStranger, 'unknown')).status, 200);
    // The same name and another key: each is refused where only the other is an anchor.
    for (const refused of [
      await askWith(fromTruststore, 'unknown', 'stranger'),
      await askWith(fromClient, 'unknown', 'stranger'),
      await askWith(fromStranger, 'good', 'issuing'),
    ]) {
      assert.equal(await causeOf(server, refused), 'certificate_not_trusted');
    }
    const inNoGroup = await register({ ...subject, trust_group: 'absent' });
    const refused = await askWith(inNoGroup, 'good', 'issuing');
    const { because, evidence } = await eventOf(server, refused);
    assert.equal(because, 'certificate_not_trusted');
    assert.match(JSON.stringify(evidence), /\[\[trust_group\]\] named absent/);
  });

  test('without its intermediate a certificate has no path, whoever brought that before', async () => {
    await authority.issue('issuing', 'fresh', SUBJECT, [...CLIENT, NAMES]);
    const client_id = await register({ tls_client_auth_san_dns: 'partner.example.com' });
    assert.equal(await causeOf(server, await askWith(client_id, 'fresh')), 'certificate_not_trusted');
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const certificate = await authority.identity('fresh', 'issuing');
      const agent = new Agent({
        keepAlive: true,
        maxSockets: 1,
        rejectUnauthorized: false,
        ...certificate,
        maxVersion,
      });
      agents.push(agent);
      assert.equal((await ask(client_id, { agent })).status, 200);
      assert.deepEqual(await onKeptAndResumed(client_id, agent), [200, 200]);
      assert.equal(await causeOf(server, await askWith(client_id, 'fresh')), 'certificate_not_trusted');
    }
  });

  test('a subject DN is registered as openssl and as Java writes it, and kept in one form', async () => {
    const printed = await authority.openssl('x509', '-in', 'good.pem', '-noout', '-subject');
    const written = [
      printed.replace(/^subject\s*=\s*/, '').trim(),
      SUBJECT,
      'CN=partner, OU=Payments, O=Example Ltd, C=GB',
      '2.5.4.3=partner,OU=payments,O=EXAMPLE  Ltd,C=gb',
    ];
    for (const tls_client_auth_subject_dn of written) {
      const client_id = await register({ tls_client_auth_subject_dn });
      const accepted = await askWith(client_id, 'good', 'issuing');
      assert.equal(accepted.status, 200, `${tls_client_auth_subject_dn}: ${accepted.text}`);
      const refused = await askWith(client_id, 'other', 'issuing');
      assert.equal(await causeOf(server, refused), 'certificate_subject_differs');
    }
    const { warnings } = await admin.json('POST', '/clients', {
      client_name: 'warned',
      tls_client_auth_subject_dn: written[0],
    });
    assert.match(JSON.stringify(warnings), /root first, as openssl prints it; kept in RFC 4514 form/);
  });

  test("a client's own CA:TRUE certificate in the truststore is nobody's authority", async () => {
    await authority.root('own', '/C=GB/O=Example Ltd/CN=Own');
    await authority.issue('own', 'forged', SUBJECT, [...CLIENT, NAMES]);
    const owner = await register({ certificates: [await authority.pem('own')] });
    const victim = await register({ tls_client_auth_san_dns: 'partner.example.com' });
    await home.json('truststore', 'import', join(authority.folder, 'own.pem'), '--alias', 'own');
    const isOwn = (answer: Answer) =>
      eventOf(server, answer).then(({ evidence }) =>
        JSON.stringify(evidence).includes(`certificate of ${owner}`),
      );
    const refused = await eventually(
      async () => {
        const answer = await askWith(victim, 'forged');
        return { status: answer.status, own: answer.status === 401 && (await isOwn(answer)) };
      },
      ({ status, own }) => status === 200 || own,
    );
    assert.deepEqual(refused, { status: 401, own: true });
    assert.equal((await askWith(owner, 'own')).status, 200, 'it is still the certificate of its owner');
  });

  test('a CRL that revokes the certificate ends open connections and resumed sessions', async () => {
    const client_id = await register({
      tls_client_auth_san_dns: 'partner.example.com',
      trust_group: 'listed',
    });
    const agent = await keepingAgent('listed', 'listing');
    assert.equal((await ask(client_id, { agent })).status, 200);
    assert.deepEqual(await onKeptAndResumed(client_id, agent), [200, 200]);
    await authority.revoke('listing', 'listed');
    await copyFile(await authority.writeCrl('listing'), join(home.security, 'listing.crl.new'));
    await rename(join(home.security, 'listing.crl.new'), join(home.security, 'listing.crl'));
    const refused = await eventually(
      () => ask(client_id, { agent }),
      ({ status }) => status !== 200,
    );
    assert.equal(await causeOf(server, refused), 'certificate_revoked');
    assert.deepEqual(await onKeptAndResumed(client_id, agent), [401, 401]);
  });

  test('an anchor removed from the truststore ends open connections and resumed sessions', async () => {
    const client_id = await register({ tls_client_auth_san_dns: 'partner.example.com' });
    const agent = await keepingAgent('good', 'issuing');
    assert.equal((await ask(client_id, { agent })).status, 200);
    assert.deepEqual(await onKeptAndResumed(client_id, agent), [200, 200]);
    await keytool(
      ...['-delete', '-alias', 'root', '-keystore', 'client-truststore.jks', '-storepass', 'wso2carbon'],
    );
    const refused = await eventually(
      () => ask(client_id, { agent }),
      ({ status }) => status !== 200,
    );
    assert.equal(await causeOf(server, refused), 'certificate_not_trusted');
    assert.deepEqual(await onKeptAndResumed(client_id, agent), [401, 401]);
  });

  const onKeptAndResumed = async (client_id: string, agent: Agent) => {
    const kept = await ask(client_id, { agent });
    assert.equal(kept.connection, 'kept');
    dropConnections(agent);
    const resumed = await ask(client_id, { agent });
    assert.equal(resumed.connection, 'resumed');
    return [kept.status, resumed.status];
  };
});
