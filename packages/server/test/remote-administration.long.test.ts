import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import {
  countersignProgram,
  createUnstartedHome,
  type Finished,
  programEnvironment,
  type RunningCountersign,
  runProgram,
  type TestHome,
} from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { selfSigned, serveHttps } from './https-on-loopback.ts';

const SCOPE = 'admin:read admin:clients admin:trust admin:users admin:keys';

describe('the command line on a server elsewhere', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let api: AdminApi;
  let identity: Identity;
  let elsewhere: string;
  const file = (name: string) => join(elsewhere, name);
  const program = (args: readonly string[], environment: NodeJS.ProcessEnv = {}, input?: string) =>
    runProgram(process.execPath, [countersignProgram(), ...args], {
      cwd: elsewhere,
      env: { ...programEnvironment(), ...environment },
      ...(input !== undefined && { input }),
    });
  const asWhom = (name: string, server_url = home.issuer) => [
    ...['--server', server_url, '--client-id', name],
    ...['--cert', file(`${name}.pem`), '--key', file(`${name}.key`)],
  ];
  const cacert = () => ['--cacert', join(home.security, 'server.pem')];
  /** As the client `deploy`, which has every scope. */
  const remote = (...args: readonly string[]) => program([...args, ...asWhom('deploy'), ...cacert()]);
  const done = async (ended: Promise<Finished>): Promise<string> => {
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    return stdout;
  };
  const remoteJson = async (...args: readonly string[]) => JSON.parse(await done(remote(...args, '--json')));
  const assertEnded = ({ code, stderr, stdout }: Finished, expected: number, message: RegExp) => {
    assert.match(stderr, message);
    assert.equal(code, expected, stderr);
    assert.equal(stdout, '');
    assert.doesNotMatch(stderr, /\n\s+at /, 'an error is a sentence and no stack');
  };
  const keep = async (name: string, { cert, key }: Identity) => {
    await writeFile(file(`${name}.pem`), cert);
    await writeFile(file(`${name}.key`), key);
  };
  const grant = (client_id: string, pem: string, scope = SCOPE) =>
    home.json(
      ...['client', 'add', '--client-id', client_id, '--client-name', client_id, '--scope', scope],
      ...['--grant-types', 'client_credentials', '--certificate', pem],
    );

  before(async () => {
    home = await createUnstartedHome({
      registration: { mode: 'token' },
      webhook: [
        { id: 'on-call', url: 'https://receiver.example/hook', events: ['client.*'], secret: 'x'.repeat(40) },
      ],
    });
    elsewhere = join(home.home, 'elsewhere');
    await mkdir(elsewhere);
    identity = await createIdentity('CN=deploy');
    await keep('deploy', identity);
    await grant('deploy', file('deploy.pem'));
    server = await home.start();
    api = adminApiOf(home.issuer);
  });
  after(() => home?.remove());

  test('a client is added with a certificate and without a password; once the scope is taken away no more', async () => {
    await keep('ci', await createIdentity('CN=ci'));
    await grant('ci', file('ci.pem'), 'admin:clients');
    await keep('web', await createIdentity('CN=web'));
    const add = (name: string) =>
      program([
        ...['client', 'add', '--client-name', name, '--new-client-id', name],
        ...['--grant-types', 'client_credentials', '--certificate', file('web.pem')],
        ...[...asWhom('ci'), ...cacert(), '--json'],
      ]);
    const added = JSON.parse(await done(add('web')));
    assert.deepEqual(
      [added.client_id, added.token_endpoint_auth_method],
      ['web', 'self_signed_tls_client_auth'],
    );
    assert.deepEqual(await home.json('client', 'show', 'web'), await remoteJson('client', 'show', 'web'));

    await done(home.command('client', 'update', 'ci', '--scope', 'read'));
    const refused = await add('web-2');
    assertEnded(refused, 1, /invalid_scope: The client may not have this scope/);
    const { error, error_description, event_id, server: named } = JSON.parse(refused.stderr);
    assert.deepEqual([error, named], ['refused', home.issuer]);
    assert.match(error_description, /countersign client update ci --scope/);
    const event = JSON.parse(await done(home.command('explain', event_id, '--json')));
    assert.deepEqual(
      [event.type, event.client_id, event.because],
      ['token.refused', 'ci', 'scope_not_registered'],
    );
    const events = JSON.parse(await done(home.command('events', '--actor', 'ci', '--json')));
    assert.deepEqual(
      events.events.map((each: { type: string; object: { id: string } }) => [each.type, each.object.id]),
      [['client.created', 'web']],
    );
  });

  test('what is shown is the same by the home and by the server', async () => {
    const ca = await issueCertificate({
      subject: 'CN=Partner CA',
      keyType: 'EC-P256',
      days: 30,
      usage: 'ca',
      now: Date.now(),
    });
    await writeFile(file('ca.pem'), certificateToPem(ca.certificate));
    await done(home.command('truststore', 'import', file('ca.pem'), '--alias', 'partner'));
    await done(home.command('user', 'add', 'alice', '--roles', 'auditor', '--name', 'Alice'));
    await done(home.command('registration-token', 'add', '--label', 'Partner AG'));
    await home.json('client', 'add', '--client-name', 'another', '--redirect-uri', 'https://a.example/cb');
    const [event] = (await api.json('GET', '/events?type=client.created')).items as { event_id: string }[];
    // As the server has them when nothing else is written meanwhile.
    const shown: readonly (readonly string[])[] = [
      ['client', 'list'],
      ['client', 'list', '--search', 'dep'],
      ['client', 'show', 'deploy'],
      ['user', 'list'],
      ['truststore', 'list'],
      ['truststore', 'export', 'partner'],
      ['certificate', 'list'],
      ['certificate', 'list', '--kind', 'client', '--expires-within', '60d'],
      ['keys', 'list'],
      ['registration-token', 'list'],
      ['webhook', 'list'],
      ['webhook', 'deliveries', '--limit', '1', '--event', String(event?.event_id)],
      ['events', '--type', 'client.created'],
      ['events', '--type', 'client.created', '--limit', '1'],
      ['events', '--type', 'sign_in.', '--cause', 'password_wrong'],
      ['explain', String(event?.event_id)],
      ['confirm'],
    ];
    for (const [index, args] of shown.entries()) {
      // What is listed alike is held against the home in one form of the two.
      for (const form of index % 2 === 0 ? [[], ['--json']] : [['--json']]) {
        const both = () => Promise.all([home.command(...args, ...form), remote(...args, ...form)]);
        let [here, there] = await both();
        // That a certificate was used is written some seconds later, and may come between the two readings.
        if (there.stdout !== here.stdout) [here, there] = await both();
        assert.equal(there.stderr, here.stderr, args.join(' '));
        assert.deepEqual(
          [there.code, form.length > 0 ? JSON.parse(there.stdout) : there.stdout],
          [here.code, form.length > 0 ? JSON.parse(here.stdout) : here.stdout],
          args.join(' '),
        );
      }
    }
    await keep('stranger', await createIdentity('CN=stranger'));
    for (const [cert, code] of [
      ['deploy.pem', 0],
      ['stranger.pem', 1],
    ] as const) {
      const args = ['explain', '--cert', file(cert), '--client', 'deploy', '--json'];
      const here = await home.command(...args);
      const there = await program([...args, '--server', home.issuer, ...cacert()], {
        COUNTERSIGN_CLIENT_ID: 'deploy',
        COUNTERSIGN_CERT: file('deploy.pem'),
        COUNTERSIGN_KEY: file('deploy.key'),
      });
      assert.deepEqual([there.code, here.code], [code, code], there.stderr);
      assert.deepEqual(JSON.parse(there.stdout), JSON.parse(here.stdout));
    }
  });

  test('clients are changed, many at once too, each change one revision with one event of the program', async () => {
    const [one, two] = [await createIdentity('CN=one'), await createIdentity('CN=two')];
    await writeFile(file('one.pem'), one.pem);
    await writeFile(file('two.pem'), two.pem);
    const { client_id, revision } = await remoteJson(
      ...['client', 'add', '--client-name', 'changed', '--certificate', file('one.pem')],
      ...['--grant-types', 'client_credentials'],
    );
    assert.equal(revision, 1);
    const changed = await remoteJson(
      ...[
        'client',
        'update',
        client_id,
        '--client-name',
        'changed twice',
        '--add-certificate',
        file('two.pem'),
      ],
      ...['--remove-certificate', one.thumbprint, '--disable', '--regenerate-secret', '--if-match', '1'],
    );
    assert.deepEqual(
      [changed.revision, changed.enabled, changed.client_name, changed.certificates],
      [2, false, 'changed twice', [two.pem]],
    );
    assert.ok(changed.client_secret);
    const again = await remote('client', 'update', client_id, '--enable', '--if-match', '1');
    assertEnded(again, 1, /precondition_failed: .*revision 2/);
    const replaced = await remoteJson('client', 'update', client_id, '--certificate', file('one.pem'));
    assert.deepEqual(replaced.certificates, [one.pem]);
    const { items } = await api.json('GET', `/events?object=${client_id}&type=client.`);
    assert.deepEqual(
      (items as { type: string; actor: unknown }[]).map(({ type, actor }) => [type, actor]),
      ['client.updated', 'client.updated', 'client.created'].map((type) => [
        type,
        { name: 'deploy', through: 'admin-api', remote_address: '127.0.0.1', client_id: 'deploy' },
      ]),
    );

    const line = (value: unknown) => JSON.stringify(value);
    const lines = [
      line({ client_name: 'many', client_id: 'many-1', grant_types: ['client_credentials'] }),
      '{"client_name',
      line({ client_name: 'many', client_id: 'many-2', token_endpoint_auth_method: 'nonsense' }),
    ].join('\n');
    const many = await program(
      ['client', 'add', '--json', '--from', '-', ...asWhom('deploy'), ...cacert()],
      {},
      lines,
    );
    assert.equal(many.code, 1);
    assert.match(many.stderr, /is not JSON.*"line":2.*\n.*invalid_client_metadata.*"line":3.*\n.*2 of 3/s);
    assert.equal(JSON.parse(many.stdout).client_id, 'many-1');
    await writeFile(file('gone.txt'), `many-1\n${client_id}\n`);
    assert.match(await done(remote('client', 'remove', '--from', file('gone.txt'))), /many-1 removed\n/);
    assertEnded(await remote('client', 'show', 'many-1'), 1, /no client is registered under many-1/);
    assertEnded(await remote('client', 'remove', 'many-1'), 1, /not_found: no client is registered/);
  });

  test('people, trust store, keys, registration tokens and webhooks are administered', async () => {
    const bob = await remoteJson('user', 'add', 'bob', '--roles', 'auditor', '--email', 'b@example.com');
    assert.deepEqual([bob.username, bob.roles, bob.claims], ['bob', ['auditor'], { email: 'b@example.com' }]);
    assert.ok(bob.password);
    const set = await remoteJson('user', 'set-password', 'bob', '--temporary');
    assert.deepEqual([set.sessions, set.grants, typeof set.password], [0, 0, 'string']);
    assert.match(await done(remote('user', 'remove-second-factors', 'bob', '--keep-sessions')), /^0 removed/);
    assert.equal(await done(remote('user', 'remove', 'bob')), 'bob removed\n');
    assertEnded(await remote('user', 'remove', 'bob'), 1, /no account has the username/);

    const ca = await issueCertificate({
      subject: 'CN=Remote CA',
      keyType: 'EC-P256',
      days: 30,
      usage: 'ca',
      now: Date.now(),
    });
    await writeFile(file('remote-ca.pem'), certificateToPem(ca.certificate));
    const importing = () => remote('truststore', 'import', file('remote-ca.pem'), '--alias', 'remote');
    assert.match(
      await done(importing()),
      /^imported remote\n {2}authority, .*\n.*countersign truststore set-role authority remote\n/,
    );
    assert.match(await done(importing()), /^remote holds it already/);
    const named = await remoteJson('truststore', 'set-role', 'handshake', 'REMOTE');
    assert.deepEqual([named.role, named.named_by], ['handshake', 'deploy']);
    await done(remote('truststore', 'remove', 'remote'));
    assertEnded(await remote('truststore', 'remove', 'remote'), 1, /the trust store has no entry remote/);
    assert.match(
      await done(remote('truststore', 'unset-role', ca.certificate.thumbprint)),
      /nobody’s word any more/,
    );
    assertEnded(await remote('truststore', 'set-role', 'handshake', 'nowhere'), 1, /has no entry nowhere/);

    const before_ = await remoteJson('keys', 'list');
    const after_ = await remoteJson('keys', 'rotate', '--algorithm', 'ES256');
    assert.ok(after_.length > before_.length);
    const active = after_.find((key: { state: string }) => key.state === 'active');
    assertEnded(await remote('keys', 'remove', active.kid), 1, /is in use; rotate first/);
    assertEnded(await remote('keys', 'remove', 'none'), 1, /there is no signing key none/);

    const token = await remoteJson('registration-token', 'add', '--label', 'x', '--clients', '2');
    assert.deepEqual([token.label, token.clients_allowed], ['x', 2]);
    assert.ok(token.initial_access_token);
    await done(remote('registration-token', 'remove', token.token_id));
    assertEnded(await remote('registration-token', 'remove', 'none'), 1, /there is no initial access token/);

    assertEnded(await remote('webhook', 'test', 'on-call'), 1, /receiver\.example did not take the test/);
    assertEnded(await remote('webhook', 'test', 'other'), 1, /there is no webhook other/);
    assertEnded(await remote('webhook', 'replay', 'none'), 1, /there is no delivery none/);
    const waiting = await remoteJson('webhook', 'deliveries', '--webhook', 'on-call', '--limit', '1');
    const [{ delivery_id }] = waiting.deliveries;
    assert.deepEqual(await remoteJson('webhook', 'replay', delivery_id), { replayed: [delivery_id] });
    assert.deepEqual(await remoteJson('webhook', 'replay', '--all-dead'), { replayed: [] });
  });

  test('groups, roles, claims and attributes are given, taken and shown as by the home', async () => {
    const same = async (...args: readonly string[]) => {
      for (const form of [[], ['--json']]) {
        const [here, there] = await Promise.all([home.command(...args, ...form), remote(...args, ...form)]);
        assert.deepEqual([there.code, there.stdout, there.stderr], [0, here.stdout, ''], args.join(' '));
      }
    };
    await done(home.command('user', 'add', 'gina'));
    const group = await remoteJson('group', 'add', 'Firma', '--description', 'all of us');
    const team = await remoteJson('group', 'add', '../team', '--parent', 'FIRMA');
    assert.deepEqual([team.parent, team.parent_name], [group.group_id, 'Firma']);
    const members = ['--user', 'gina', '--client', 'deploy'];
    const given = await remoteJson('group', 'add-member', '../team', ...members);
    assert.deepEqual(given, {
      group_id: team.group_id,
      name: '../team',
      added: 2,
      members_before: 0,
    });
    assert.match(await done(remote('group', 'add-member', team.group_id, ...members)), /: 0 members added/);
    await done(remote('role', 'add', 'invoices.read', '--description', 'sees invoices'));
    const assigned = await remoteJson(
      ...['role', 'assign', 'invoices.read', '--group', 'firma', '--user', 'gina', '--client', 'deploy'],
    );
    assert.deepEqual([assigned.added, assigned.holders_before], [3, 0]);
    for (const args of [
      ['group', 'list'],
      ['group', 'list', '--search', 'fir'],
      ['group', 'list', '--within', 'firma'],
      ['group', 'list', '--user', 'gina'],
      ['group', 'list', '--client', 'deploy'],
      ['group', 'show', 'firma'],
      ['group', 'show', '../team'],
      ['role', 'list'],
      ['role', 'list', '--user', 'gina'],
      ['role', 'list', '--group', team.group_id],
      ['role', 'show', 'INVOICES.READ'],
    ])
      await same(...args);
    // All or none, by one request: nobody is taken out where one of them is not in it.
    const wrong = ['group', 'remove-member', '../team', '--client', 'deploy', '--user', 'admin'];
    assertEnded(await remote(...wrong), 1, /not_found: admin is no member of the group \.\.\/team itself/);
    assertEnded(await remote('group', 'show', 'no such'), 1, /there is no group "no such"/);
    assertEnded(
      await remote('role', 'assign', 'invoices.read'),
      2,
      /name somebody: --user, --client or --group/,
    );
    const taken = await done(remote('group', 'remove-member', '../team', '--client', 'deploy'));
    assert.equal(taken, '../team: 1 member taken out\n');
    await done(remote('role', 'unassign', 'invoices.read', '--user', 'gina'));
    const top = await remoteJson('group', 'update', '../team', '--top-level', '--name', 'team');
    assert.deepEqual([top.name, top.parent], ['team', undefined]);
    await same('group', 'show', 'team');

    await done(remote('attribute', 'add', 'cost_centre', '--type', 'integer', '--list'));
    const defined = await remoteJson('attribute', 'update', 'cost_centre', '--title', 'Cost centre');
    assert.deepEqual([defined.list, defined.title, defined.revision], [true, 'Cost centre', 2]);
    const set = await remoteJson('user', 'set-attribute', 'gina', 'cost_centre=41', 'nickname=G');
    assert.deepEqual(set.claims, { cost_centre: [41], nickname: 'G' });
    const unfit = await remote('user', 'set-attribute', 'gina', 'cost_centre=x');
    assertEnded(unfit, 1, /invalid_request: .*cost_centre/);
    assertEnded(
      await remote('user', 'set-attribute', 'nobody', 'a=b'),
      1,
      /no account has the username "nobody"/,
    );
    await done(remote('user', 'set-attribute', 'admin', 'nickname=Boss'));
    await same('attribute', 'list');

    const from = ['--from', 'person_attribute', '--attribute', 'cost_centre', '--to', 'userinfo'];
    const rule = await remoteJson(
      'claim',
      'add',
      'cost',
      '--for-client',
      'deploy',
      '--scope',
      'work',
      ...from,
    );
    assert.deepEqual([rule.client_id, rule.scope, rule.form], ['deploy', 'work', 'list']);
    const narrowed = await remoteJson('claim', 'update', rule.claim_rule_id, '--max-size', '100');
    assert.deepEqual([narrowed.max_size, narrowed.client_id, narrowed.revision], [100, 'deploy', 2]);
    await same('claim', 'list');
    await same('claim', 'show', rule.claim_rule_id);
    assertEnded(await remote('attribute', 'remove', 'cost_centre'), 1, /remove its rule first/);
    for (const args of [
      ['claim', 'remove', rule.claim_rule_id],
      ['attribute', 'remove', 'cost_centre'],
      ['role', 'remove', 'invoices.read'],
      ['group', 'remove', 'team'],
    ])
      await done(remote(...args));
    assertEnded(await remote('claim', 'show', rule.claim_rule_id), 1, /there is no claim rule/);

    // Of a group's clients others may be made administrators: the scope of people alone does not say who they are.
    await keep('people', await createIdentity('CN=people'));
    await grant('people', file('people.pem'), 'admin:people:read admin:people:write');
    const asPeople = (...args: readonly string[]) => program([...args, ...asWhom('people'), ...cacert()]);
    await done(asPeople('group', 'add-member', 'firma', '--user', 'gina'));
    const beyond = await asPeople('group', 'add-member', 'firma', '--client', 'deploy');
    assertEnded(beyond, 1, /for admin:users admin:clients or .*invalid_scope/);
  });

  test('a program with less scope does less, and is told by which event', async () => {
    await keep('reader', await createIdentity('CN=reader'));
    await grant('reader', file('reader.pem'), 'admin:read');
    const asReader = (...args: readonly string[]) => program([...args, ...asWhom('reader'), ...cacert()]);
    await done(asReader('client', 'list'));
    assertEnded(
      await asReader('user', 'remove', 'alice'),
      1,
      /admin:users or \S+: invalid_scope.*\(event [0-9A-Z-]+/,
    );
    const powerful = ['client', 'update', 'reader', '--scope', 'admin:read admin:users'];
    const refused = await remote(...powerful);
    assertEnded(refused, 1, /insufficient_scope: Only an owner gives a client scopes.*\(event /);
  });

  test('where a server is not reached or not believed, or does not believe, one sentence says so', async (t) => {
    const nobody = `https://localhost:${await freePort()}`;
    const list = ['client', 'list'];
    const ask = (...args: readonly string[]) => program([...list, ...args]);
    assertEnded(
      await ask(...asWhom('deploy', nobody)),
      1,
      /^countersign: https:\S+ does not answer at localhost:\d+: nothing listens there\n$/,
    );
    assertEnded(
      await ask(...asWhom('deploy')),
      1,
      /cannot be trusted: it is signed by itself \(name its authority with --cacert\)/,
    );
    await writeFile(file('other-ca.pem'), identity.pem);
    assertEnded(
      await ask(...asWhom('deploy'), '--cacert', file('other-ca.pem')),
      1,
      /cannot be trusted: .*other-ca\.pem/,
    );
    const byAddress = home.issuer.replace('localhost', '127.0.0.1');
    assertEnded(
      await ask(...asWhom('deploy', byAddress), ...cacert()),
      1,
      /calls itself https:\/\/localhost|it is for another host/,
    );

    await keep('other', await createIdentity('CN=other'));
    const wrong = asWhom('other').map((each) => (each === 'other' ? 'deploy' : each));
    assertEnded(
      await ask(...wrong, ...cacert()),
      1,
      /does not let deploy in with .*other\.pem for admin:read or \S+: invalid_client.*\(event /,
    );
    const old = await createIdentity('CN=old', { now: Date.now() - 60 * 86_400_000 });
    await keep('old', old);
    await grant('old', file('old.pem'));
    assertEnded(await ask(...asWhom('old'), ...cacert()), 1, /invalid_client.*old\.pem expired at 20/);
    await done(home.command('client', 'update', 'old', '--disable'));

    const own = await selfSigned('nothing');
    const web = await serveHttps(t, own, (_request, response) => response.end('<html>'));
    await writeFile(file('web-ca.pem'), own.pem);
    const answer = await ask(...asWhom('deploy', web.origin), '--cacert', file('web-ca.pem'));
    assertEnded(answer, 1, /tells nothing of itself/);
  });

  test('a command that is called wrongly says how, and one that no server answers says why', async () => {
    const usage: readonly (readonly [readonly string[], RegExp, NodeJS.ProcessEnv?])[] = [
      [
        ['client', 'list', '--server', home.issuer],
        /--client-id is missing, and so is COUNTERSIGN_CLIENT_ID/,
      ],
      [['client', 'list', '--cert', 'x'], /--cert goes with --server/],
      [['client', 'list', '--server', 'http://x', '--client-id', 'x'], /no URL of a server/],
      [['client', 'list', '--server', home.issuer, '--home', home.home], /exclude each other/],
      [
        ['client', 'list', ...asWhom('deploy').with(-1, file('other.key'))],
        /is the key of another certificate/,
      ],
      [['client', 'list', ...asWhom('deploy').with(-1, file('deploy.pem'))], /holds no private key/],
      [['client', 'list', ...asWhom('absent')], /cannot read .*absent\.pem/],
      [
        ['client', 'list'],
        /COUNTERSIGN_SERVER and COUNTERSIGN_HOME are both set/,
        { COUNTERSIGN_SERVER: home.issuer, COUNTERSIGN_HOME: home.home },
      ],
      [
        ['backup', 'x'],
        /backup works on no server elsewhere, which COUNTERSIGN_SERVER names/,
        { COUNTERSIGN_SERVER: home.issuer },
      ],
      [
        ['certificate', 'issue', '--subject', 'CN=x', '--out', file('x'), '--ca'],
        /certificate issue works on no server elsewhere/,
        { COUNTERSIGN_SERVER: home.issuer },
      ],
      ...[
        'serve',
        'init',
        'backup x',
        'restore x',
        'migrate',
        'doctor',
        'audit verify',
        'truststore adopt',
        'truststore write-file',
      ].map(
        (command) =>
          [
            [...command.split(' '), '--server', home.issuer],
            new RegExp(`${command.replace(' x', '')} works on no server elsewhere: it `),
          ] as const,
      ),
    ];
    await keep('other', await createIdentity('CN=other'));
    for (const [args, message, environment] of usage) {
      assertEnded(await program(args, environment), 2, message);
    }
  });

  test('the environment names the server as the options do, and --home goes before it', async () => {
    const environment = {
      COUNTERSIGN_SERVER: `${home.issuer}/`,
      COUNTERSIGN_CLIENT_ID: 'deploy',
      COUNTERSIGN_CERT: file('deploy.pem'),
      COUNTERSIGN_KEY: file('deploy.key'),
      COUNTERSIGN_CACERT: join(home.security, 'server.pem'),
    };
    const list = ['client', 'list', '--json'];
    const shown = JSON.parse(await done(program(list, environment)));
    assert.deepEqual(shown, await home.json('client', 'list'));
    assert.deepEqual(JSON.parse(await done(program([...list, '--home', home.home], environment))), shown);
    const named = await program(
      ['client', 'add', '--client-name', 'by environment', '--client-id', 'chosen', '--json'],
      environment,
    );
    assert.equal(JSON.parse(await done(Promise.resolve(named))).client_id, 'chosen');
  });

  test('events are followed, and a server that is away meanwhile is told of once', async (t) => {
    const args = [countersignProgram(), 'events', '--follow', '--type', 'client.', '--json'];
    const child = spawn(process.execPath, [...args, ...asWhom('deploy'), ...cacert()], {
      cwd: elsewhere,
      env: programEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    const ended = once(child, 'close');
    const shown = (client_id: string) =>
      eventually(
        async () => stdout,
        (text) => text.includes(`"id":"${client_id}"`),
      );
    await eventually(
      async () => stdout,
      (text) => text !== '',
    );
    await grant('while-followed', file('deploy.pem'), 'read');
    await shown('while-followed');
    await server.stop();
    await eventually(
      async () => stderr,
      (text) => text.includes('does not answer'),
    );
    server = await home.start();
    await grant('after-a-restart', file('deploy.pem'), 'read');
    await shown('after-a-restart');
    child.kill('SIGINT');
    const [code] = await ended;
    assert.equal(code, 0);
    assert.match(stderr, /^countersign: [^\n]* does not answer [^\n]*; events are looked for again\n$/);
  });
});

test('where a second listener asks for certificates, the command line asks there', async (t) => {
  const home = await createUnstartedHome({ 'transport.mtls': { enable: true, port: await freePort() } });
  t.after(home.remove);
  const file = (name: string) => join(home.home, name);
  const { cert, key } = await createIdentity('CN=two ports');
  await writeFile(file('own.pem'), cert);
  await writeFile(file('own.key'), key);
  await home.json(
    ...['client', 'add', '--client-id', 'own', '--client-name', 'own', '--scope', 'admin:read'],
    ...['--grant-types', 'client_credentials', '--certificate', file('own.pem')],
  );
  await home.start();
  const { code, stdout, stderr } = await runProgram(
    process.execPath,
    [
      ...[countersignProgram(), 'client', 'show', 'own', '--server', home.issuer, '--client-id', 'own'],
      ...['--cert', file('own.pem'), '--key', file('own.key')],
      ...['--cacert', join(home.security, 'server.pem'), '--json'],
    ],
    { env: programEnvironment() },
  );
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).client_id, 'own');
});
