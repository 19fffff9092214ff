import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer as createPlainServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { z } from 'zod';
import { TestAuthority } from '../../x509/test/revocation-authority.ts';
import { FINDINGS } from '../src/cli/doctor/finding-codes.ts';
import {
  countersignProgram,
  createUnstartedHome,
  programEnvironment,
  runProgram,
} from './countersign-process.ts';
import { freePort } from './free-port.ts';
import { selfSigned, serveHttps } from './https-on-loopback.ts';
import {
  copyOf,
  createProductionHome,
  type ProductionHome,
  pemOf,
  serverCertificate,
} from './production-home.ts';

const DAY = 86_400_000;
const ESCAPE = String.fromCharCode(27);
const CLOCK = resolve(import.meta.dirname, 'faults/shifted-clock.ts');

const Findings = z.array(
  z.strictObject({
    check: z.string(),
    outcome: z.enum(['ok', 'warning', 'failed']),
    code: z.string().optional(),
    detail: z.string(),
    remedy: z.string().optional(),
  }),
);
type Findings = z.output<typeof Findings>;

/** Has the doctor look at a home. @returns what is not in order, and the exit code */
async function examined(
  home: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number; readonly wrong: Findings; readonly all: Findings }> {
  const { code, stdout, stderr } = await runProgram(
    process.execPath,
    [countersignProgram(), 'doctor', '--home', home, '--json', ...args],
    { env: { ...programEnvironment(), ...env } },
  );
  assert.equal(stderr.replaceAll(/\(node:\d+\).*\n|\(Use `node .*\n/g, ''), '');
  const all = Findings.parse(JSON.parse(stdout));
  const wrong = all.filter(({ outcome }) => outcome !== 'ok');
  for (const { code: kind, remedy } of wrong) {
    assert.ok(kind !== undefined && Object.hasOwn(FINDINGS, kind), `${kind} is documented`);
    assert.ok(remedy, `${kind} says what to do`);
  }
  return { code, wrong, all };
}

/** A home in which one thing is wrong. */
type Place = {
  readonly home: string;
  readonly security: string;
  readonly conf: string;
  /** Adds to deployment.toml; of a key that stands twice the later counts. */
  append(text: string): Promise<void>;
  replace(pattern: RegExp, by: string): Promise<void>;
};
type Fault = {
  readonly fault: string;
  readonly plant: (place: Place, world: ProductionHome) => Promise<unknown>;
  /** Code, outcome, and what the detail names; every finding there is, in order. */
  readonly found: readonly (readonly [
    code: keyof typeof FINDINGS,
    outcome: 'warning' | 'failed',
    names: RegExp,
  ])[];
  /** Whether others are asked: then that no server runs in the copy is found too. */
  readonly online?: true;
  readonly env?: NodeJS.ProcessEnv;
  readonly skip?: string | false;
};

const isRoot = process.geteuid?.() === 0;
const database = ({ home }: Place) => join(home, 'repository/database/countersign.db');
const jwks = (world: ProductionHome, body: unknown, type = 'application/json') =>
  world.published.set('/jwks', { type, body: typeof body === 'string' ? body : JSON.stringify(body) });

function inDatabase(place: Place, statement: string): void {
  const opened = new DatabaseSync(database(place));
  try {
    opened.exec(statement);
  } finally {
    opened.close();
  }
}

const OF_FILES: readonly Fault[] = [
  {
    fault: 'a key file that everybody may write',
    plant: ({ security }) => chmod(join(security, 'tls.key'), 0o622),
    found: [['file_writable_by_others', 'failed', /security\/tls\.key can be written by every user/]],
  },
  {
    fault: 'an encryption key that everybody may read',
    plant: ({ security }) => chmod(join(security, 'encryption.key'), 0o604),
    found: [['secret_readable_by_others', 'failed', /security\/encryption\.key holds secrets/]],
  },
  {
    fault: 'a deployment.toml that a group may write',
    plant: ({ conf }) => chmod(join(conf, 'deployment.toml'), 0o660),
    found: [['file_writable_by_others', 'failed', /conf\/deployment\.toml can be written by its group/]],
  },
  {
    fault: 'a copy of deployment.toml that everybody may read',
    plant: ({ conf }) => writeFile(join(conf, 'deployment.toml.before'), 'password = "x"', { mode: 0o644 }),
    found: [['secret_readable_by_others', 'failed', /deployment\.toml\.before/]],
  },
  {
    fault: 'a drop-ins folder that everybody may write, sticky or not',
    plant: ({ home }) => chmod(join(home, 'repository/components/dropins'), 0o1777),
    found: [
      ['folder_writable_by_others', 'failed', /components\/dropins is a folder/],
      ['plug_in_not_loaded', 'warning', /components\/dropins was not loaded/],
    ],
  },
  {
    fault: 'a plug-in that everybody may write',
    plant: ({ home }) => chmod(join(home, 'repository/components/dropins/nobody.mjs'), 0o646),
    found: [
      ['file_writable_by_others', 'failed', /dropins\/nobody\.mjs/],
      ['plug_in_not_loaded', 'warning', /not loaded/],
    ],
  },
  {
    fault: 'a database that everybody may read',
    plant: (place) => chmod(database(place), 0o644),
    found: [['secret_readable_by_others', 'failed', /countersign\.db holds secrets/]],
  },
  {
    fault: 'a folder of the configuration that a group may write',
    plant: ({ conf }) => chmod(conf, 0o770),
    found: [
      [
        'folder_writable_by_others',
        'failed',
        /repository\/conf is a folder that can be written by its group/,
      ],
    ],
  },
  {
    fault: 'a private key left lying for all',
    plant: async ({ security }, { authority }) =>
      writeFile(join(security, 'old.pem'), pemOf(authority), { mode: 0o644 }),
    found: [['secret_readable_by_others', 'failed', /security\/old\.pem/]],
  },
  {
    fault: 'a link to a key in a folder that everybody may write',
    plant: async ({ home, security }) => {
      const open = join(home, '..', 'open');
      await mkdir(open);
      await rename(join(security, 'tls.key'), join(open, 'tls.key'));
      await symlink(join(open, 'tls.key'), join(security, 'tls.key'));
      await chmod(open, 0o777);
    },
    found: [['folder_writable_by_others', 'failed', /\/open is a folder that can be written by every user/]],
  },
  {
    fault: 'a file by $file{} that everybody may read',
    plant: async ({ home, security, append }) => {
      const file = join(home, '..', 'key');
      await writeFile(file, await readFile(join(security, 'encryption.key')), { mode: 0o644 });
      await append(`[encryption]\nkey = "$file{${file}}"\n`);
    },
    found: [['secret_readable_by_others', 'failed', /\/key holds secrets/]],
  },
  {
    fault: 'a backup in the home that everybody may read',
    plant: ({ home }) => writeFile(join(home, 'nightly.backup'), 'x', { mode: 0o644 }),
    found: [['secret_readable_by_others', 'failed', /nightly\.backup/]],
  },
  {
    fault: 'an audit log that everybody may read',
    plant: ({ home }) => writeFile(join(home, 'repository/logs/audit.log.1'), '', { mode: 0o644 }),
    found: [['log_readable_by_others', 'warning', /audit\.log\.1 can be read/]],
  },
  {
    fault: 'a key file of another user',
    skip: isRoot ? false : 'only root gives files away',
    plant: ({ security }) => chown(join(security, 'tls.key'), 4711, 0),
    found: [['file_of_another_user', 'warning', /tls\.key belongs to user 4711/]],
  },
  {
    fault: 'a key file of a foreign group, which may read it',
    skip: isRoot ? false : 'only root gives files away',
    plant: async ({ security }) => {
      await chown(join(security, 'tls.key'), 0, 4711);
      await chmod(join(security, 'tls.key'), 0o640);
    },
    found: [['secret_readable_by_group', 'warning', /tls\.key .* its group 4711/]],
  },
];

const OF_STORES: readonly Fault[] = [
  {
    fault: 'a server certificate that has expired',
    plant: async ({ security }, { authority }) => {
      const old = await serverCertificate(authority, { now: Date.now() - 400 * DAY });
      await writeFile(join(security, 'tls.crt'), certificateToPem(old.certificate));
      await writeFile(join(security, 'tls.key'), pemOf(old));
    },
    found: [['certificate_expired', 'failed', /the server certificate/]],
  },
  {
    fault: 'a server certificate that is not valid yet',
    plant: async ({ security }, { authority }) => {
      const early = await serverCertificate(authority, { now: Date.now() + 30 * DAY });
      await writeFile(join(security, 'tls.crt'), certificateToPem(early.certificate));
      await writeFile(join(security, 'tls.key'), pemOf(early));
    },
    found: [
      [
        'certificate_not_yet_valid',
        'failed',
        /the server certificate, CN=login\.example\.com, is valid from/,
      ],
    ],
  },
  {
    fault: 'a trust store with another password',
    plant: ({ append }) => append('[truststore]\npassword = "another"\n'),
    found: [['store_unusable', 'failed', /\[truststore\] .*client-truststore\.jks cannot be used/]],
  },
  {
    fault: 'a key that is not that of the certificate',
    plant: async ({ security }, { authority }) =>
      writeFile(join(security, 'tls.key'), pemOf(await serverCertificate(authority))),
    found: [['store_unusable', 'failed', /tls\.key is that of no certificate/]],
  },
  {
    fault: 'a trust store that is damaged',
    plant: ({ security }) => writeFile(join(security, 'client-truststore.jks'), randomBytes(64)),
    found: [['store_unusable', 'failed', /client-truststore\.jks cannot be used/]],
  },
  {
    fault: 'two stores that are not there',
    plant: async ({ security }) => {
      await rm(join(security, 'partners.pem'));
      await rm(join(security, 'publisher.pem'));
    },
    found: [
      ['store_unusable', 'failed', /\[trust_group\.partners\] .*partners\.pem/],
      ['store_unusable', 'failed', /\[outbound\] .*publisher\.pem/],
    ],
  },
  {
    fault: 'a key that deployment.toml cannot have',
    plant: ({ append }) => append('[server]\nhotsname = "x"\n'),
    found: [['deployment_invalid', 'failed', /deployment\.toml:\d+:\d+.*hostname/s]],
  },
  {
    fault: 'a CRL that is not there',
    plant: ({ security }) => rm(join(security, 'partners.crl')),
    found: [['store_unusable', 'failed', /\[trust_group\.partners\.crl_file\] .*partners\.crl/]],
  },
  {
    fault: 'a CRL that has expired',
    plant: ({ security }, { partners }) =>
      writeFile(
        join(security, 'partners.crl'),
        partners.crl({ thisUpdate: Date.now() - 9 * DAY, nextUpdate: Date.now() - DAY }),
      ),
    found: [['crl_expired', 'failed', /partners\.crl of \[\[trust_group\]\] partners expired on /]],
  },
  {
    fault: 'a CRL of another issuer',
    plant: ({ security }) =>
      writeFile(
        join(security, 'partners.crl'),
        new TestAuthority('others').crl({ thisUpdate: Date.now() - DAY, nextUpdate: Date.now() + DAY }),
      ),
    found: [['crl_of_another_issuer', 'warning', /partners\.crl .*CN=others/]],
  },
  {
    fault: 'a CRL with the name of an authority and the signature of another',
    plant: ({ security }) =>
      writeFile(
        join(security, 'partners.crl'),
        new TestAuthority('partners').crl({ thisUpdate: Date.now() - DAY, nextUpdate: Date.now() + DAY }),
      ),
    found: [['crl_signature_wrong', 'failed', /partners\.crl/]],
  },
  {
    fault: 'a CRL that is none',
    plant: ({ security }) => writeFile(join(security, 'partners.crl'), '<html>gone</html>'),
    found: [['crl_unreadable', 'failed', /partners\.crl .* is not a CRL/]],
  },
];

const NOT_RUNNING = ['listener_not_running', 'warning', /not running on 127\.0\.0\.1:/] as const;

const OF_PLACES: readonly Fault[] = [
  {
    fault: 'a jwks_uri that cannot be reached',
    online: true,
    plant: async (_place, { published }) => published.delete('/jwks'),
    found: [['jwks_unreachable', 'failed', /published keys.*\/jwks: the server answered 404/], NOT_RUNNING],
  },
  {
    fault: 'a jwks_uri that [outbound] does not allow',
    online: true,
    plant: ({ replace }) => replace(/^allowed_addresses = \["127\.0\.0\.1"\]/m, 'allowed_addresses = []'),
    found: [['jwks_not_allowed', 'failed', /published keys.*127\.0\.0\.1.*allowed_addresses/], NOT_RUNNING],
  },
  {
    fault: 'a JWK set without a usable key',
    online: true,
    plant: async (_place, world) => jwks(world, { keys: [{ kty: 'oct', k: 'AAAA', kid: 'shared' }] }),
    found: [
      ['jwks_without_usable_key', 'failed', /published keys.* has no usable key: key shared/],
      NOT_RUNNING,
    ],
  },
  {
    fault: 'a page in place of a JWK set',
    online: true,
    plant: async (_place, world) => jwks(world, '<html>sign in</html>', 'text/plain'),
    found: [['jwks_unreadable', 'failed', /published keys.* web page/], NOT_RUNNING],
  },
  {
    fault: 'a JWK set whose certificate has expired',
    online: true,
    plant: async (_place, world) => {
      const old = await issueCertificate({
        subject: 'CN=old',
        keyType: 'EC-P256',
        days: 30,
        usage: 'client',
        now: Date.now() - 60 * DAY,
      });
      const key = old.certificate.x509.publicKey.export({ format: 'jwk' });
      jwks(world, { keys: [{ ...key, x5c: [Buffer.from(old.certificate.der).toString('base64')] }] });
    },
    found: [['jwks_certificate_expired', 'failed', /published keys.*expired on /], NOT_RUNNING],
  },
];

const OF_DATA: readonly Fault[] = [
  {
    fault: 'a plug-in that throws',
    plant: ({ home }) =>
      writeFile(join(home, 'repository/components/dropins/thrown.mjs'), 'throw new Error("no directory");', {
        mode: 0o600,
      }),
    found: [['plug_in_unusable', 'failed', /thrown\.mjs cannot be loaded: .*no directory/s]],
  },
  {
    fault: 'an event listener that nothing is named like',
    plant: ({ append }) => append('[[event_listener]]\nid = "x"\nname = "absent"\norder = 1\n'),
    found: [['plug_in_unusable', 'failed', /no authenticator is named absent/]],
  },
  {
    fault: 'a record that cannot be read',
    plant: async (place, { clients }) =>
      inDatabase(
        place,
        `update client set metadata = '{"client_name":3}' where client_id = '${clients.own}'`,
      ),
    found: [['record_unreadable', 'failed', /metadata of client .* is not readable/]],
  },
  {
    fault: 'another encryption key than that of the database',
    plant: ({ security }) =>
      writeFile(join(security, 'encryption.key'), `${randomBytes(32).toString('hex')}\n`),
    found: [['encryption_key_differs', 'failed', /signing key .* cannot be opened/]],
  },
  {
    fault: 'a database that is none',
    plant: async (place) => {
      for (const ending of ['-wal', '-shm']) await rm(`${database(place)}${ending}`, { force: true });
      await writeFile(
        database(place),
        'not a database, and longer than a header of one hundred bytes'.repeat(9),
      );
    },
    found: [['database_unavailable', 'failed', /countersign\.db: the file is not an SQLite database/]],
  },
  {
    fault: 'a database that was there before',
    plant: (place) => rm(database(place)),
    found: [['database_gone', 'failed', /countersign\.db is not there, and a server ran/]],
  },
  {
    fault: 'a database of an earlier version',
    plant: async (place) => inDatabase(place, 'update schema_version set version = version - 1'),
    found: [
      ['database_schema_older', 'warning', /has schema version \d+, and this version of Countersign uses/],
    ],
  },
  {
    fault: 'a clock that is an hour behind',
    plant: async () => {},
    env: { NODE_OPTIONS: `--import=${CLOCK}`, COUNTERSIGN_TEST_CLOCK_SHIFT: '-3600000' },
    found: [['clock_before_events', 'warning', /the newest event, .* is of /]],
  },
  {
    fault: 'a trust group that is gone, and a client that names it',
    plant: ({ replace }) => replace(/^name = "partners"/m, 'name = "others"'),
    found: [['trust_group_gone', 'failed', /a partner.* names the trust group "partners"/]],
  },
  {
    fault: 'no certificates asked for, and clients that have nothing else',
    plant: ({ append }) => append('[transport.https]\nclientAuth = "none"\n'),
    found: [['certificates_not_asked_for', 'failed', /clientAuth is "none".*own certificate/]],
  },
  {
    fault: 'administrators with a password alone, and short ones allowed',
    plant: ({ append }) => append('[password_policy]\nmin_length = 8\n'),
    found: [['administrator_without_second_factor', 'warning', /^admin has no second factor, .* 8$/]],
  },
  {
    fault: 'a file where the folder of the audit log should be',
    plant: async ({ home, append }) => {
      await writeFile(join(home, 'var'), '', { mode: 0o600 });
      await append('[logging]\naudit_file = "var/audit.log"\n');
    },
    found: [['folder_not_writable', 'failed', /the audit log cannot be written: .*\/var is no folder/]],
  },
];

const setting = (fault: string, text: string, ...found: Fault['found']): Fault => ({
  fault,
  plant: ({ append }) => append(text),
  found,
});

const OF_SETTINGS: readonly Fault[] = [
  setting(
    'admin/admin',
    '[super_admin]\npassword = "admin"\n',
    ['super_admin_password_in_file', 'warning', /\[super_admin\] password stands in/],
    ['super_admin_password_known', 'failed', /the password in \[super_admin\] is weak/],
  ),
  setting('a weak password by reference', '[super_admin]\npassword = "$env{COUNTERSIGN_TEST_WEAK}"\n', [
    'super_admin_password_weak',
    'warning',
    /the password in \[super_admin\] is weak/,
  ]),
  setting('metrics on all addresses', '[metrics]\nbind = "0.0.0.0"\n', [
    'metrics_exposed',
    'warning',
    /0\.0\.0\.0/,
  ]),
  setting('probes on all addresses', '[health]\nport = 9764\nbind = "::"\n', [
    'health_exposed',
    'warning',
    /::/,
  ]),
  setting('registration for everybody', '[registration]\nmode = "open"\n', [
    'registration_open',
    'warning',
    /\[registration\] mode is "open"/,
  ]),
  setting(
    'a proxy that anybody can be',
    '[transport.proxy]\ntrusted_addresses = ["::/0", "10.0.0.1"]\ncertificate_header = "rfc9440"\n',
    ['proxy_believed_from_anywhere', 'failed', /trusted_addresses has ::\/0/],
  ),
  setting(
    'a network in which the proxy is not known by its certificate',
    '[transport.proxy]\ntrusted_addresses = ["10.0.0.0/8"]\ncertificate_header = "rfc9440"\n',
    ['proxy_not_pinned', 'warning', /10\.0\.0\.0\/8/],
  ),
  setting('a way out to everywhere', '[outbound]\nallowed_addresses = ["0.0.0.0/0"]\n', [
    'outbound_unlimited',
    'warning',
    /0\.0\.0\.0\/0/,
  ]),
  setting('no audit log', '[logging]\naudit_log = "off"\n', ['audit_log_off', 'warning', /audit_log/]),
  setting('a log of everything', '[logging]\nlevel = "debug"\n', ['log_level_unfit', 'warning', /"debug"/]),
  setting('no grace', '[server]\ndrain_grace = 0\n', ['drain_grace_zero', 'warning', /drain_grace/]),
  setting(
    'browsers that are told nothing of https',
    '[transport.https]\nstrict_transport_security_max_age = 0\n',
    ['strict_transport_security_off', 'warning', /strict_transport_security_max_age is 0/],
  ),
  setting('few connections', '[transport.https]\nmax_connections = 10\n', [
    'max_connections_low',
    'warning',
    /max_connections is 10/,
  ]),
  setting('the rule of the trust store', '[truststore]\nunnamed = "by-rule"\n', [
    'trust_by_rule',
    'warning',
    /"by-rule"/,
  ]),
  {
    fault: 'the encryption key in deployment.toml',
    plant: async ({ security, append }) =>
      append(`[encryption]\nkey = "${(await readFile(join(security, 'encryption.key'), 'utf8')).trim()}"\n`),
    found: [['encryption_key_in_file', 'warning', /\[encryption\] key stands in/]],
  },
  {
    fault: 'a certificate that nobody issued, for another host',
    plant: async ({ security }) => {
      const { pem, key } = await selfSigned('elsewhere');
      await writeFile(join(security, 'tls.crt'), pem);
      await writeFile(join(security, 'tls.key'), key);
    },
    found: [
      ['certificate_expires_soon', 'warning', /the server certificate.* expires/],
      ['server_certificate_self_signed', 'warning', /CN=elsewhere/],
      ['server_certificate_wrong_name', 'warning', /is not for login\.example\.com/],
    ],
  },
];

describe('doctor', { skip: process.platform === 'win32' && 'needs modes of files' }, () => {
  let world: ProductionHome;
  let model: Awaited<ReturnType<typeof copyOf>>;
  let jwksAsTheyAre: ReturnType<ProductionHome['published']['get']>;

  before(async () => {
    world = await createProductionHome();
    jwksAsTheyAre = world.published.get('/jwks');
  });
  after(async () => {
    await model?.remove();
    await world?.close();
  });

  /** What lies in the home, with its modes, times and content. */
  const listing = (home: string) =>
    execFileSync(
      'sh',
      ['-c', 'find . -printf "%p %m %u %s\\n" | sort; find . -type f -exec cksum {} + | sort'],
      {
        cwd: home,
        encoding: 'utf8',
      },
    );

  test('finds nothing in a good home, while its server runs', async () => {
    const { code, wrong, all } = await examined(world.home.home, ['--fail-on', 'warning']);
    assert.deepEqual(wrong, []);
    assert.equal(code, 0);
    assert.deepEqual(
      [...new Set(all.map(({ check }) => check))],
      [
        ...['deployment.toml', 'certificates', 'files', 'settings', 'machine', 'room', 'plug-ins'],
        ...['database', 'trust', 'revocation', 'jwks', 'listener'],
      ],
    );
    const told = await world.home.command('doctor');
    assert.match(told.stdout, /\n\nnothing is wrong\n$/);
    assert.ok(!told.stdout.includes(ESCAPE), 'no colours where nobody looks');
  });

  test('finds nothing in it when the server is stopped, and changes nothing, read-only or not', async () => {
    await world.server.stop();
    model = await copyOf(world.home.home);
    const before = listing(model.home);
    assert.deepEqual((await examined(model.home, ['--offline'])).wrong, []);
    assert.equal(listing(model.home), before);
    execFileSync('chmod', ['-R', 'a-w', model.home]);
    const readOnly = await examined(model.home, ['--offline']);
    // Who is not root cannot write such a home, and the server could not.
    if (isRoot) assert.deepEqual(readOnly.wrong, []);
    else assert.deepEqual([...new Set(readOnly.wrong.map(({ code }) => code))], ['folder_not_writable']);
    execFileSync('chmod', ['-R', 'u+w', model.home]);
    assert.equal(listing(model.home), before);
  });

  for (const { fault, plant, found, online, env, skip = false } of [
    ...OF_FILES,
    ...OF_STORES,
    ...OF_PLACES,
    ...OF_DATA,
    ...OF_SETTINGS,
  ]) {
    test(`finds ${fault}, and nothing else`, { skip }, async () => {
      if (jwksAsTheyAre) world.published.set('/jwks', jwksAsTheyAre);
      const { home, remove } = await copyOf(model.home);
      const conf = join(home, 'repository/conf');
      const file = join(conf, 'deployment.toml');
      const place: Place = {
        home,
        conf,
        security: join(home, 'repository/resources/security'),
        append: async (text) => writeFile(file, `${await readFile(file, 'utf8')}\n${text}`),
        replace: async (pattern, by) => writeFile(file, (await readFile(file, 'utf8')).replace(pattern, by)),
      };
      try {
        await plant(place, world);
        const { code, wrong } = await examined(home, online ? [] : ['--offline'], {
          COUNTERSIGN_TEST_WEAK: 'password123',
          ...env,
        });
        assert.deepEqual(
          wrong.map(({ code: kind, outcome }) => [kind, outcome]),
          found.map(([kind, outcome]) => [kind, outcome]),
          JSON.stringify(wrong, null, 1),
        );
        for (const [index, [, , names]] of found.entries()) assert.match(wrong[index]?.detail ?? '', names);
        assert.equal(code, found.some(([, outcome]) => outcome === 'failed') ? 1 : 0);
      } finally {
        await remove();
      }
    });
  }

  test('warnings count with --fail-on warning, and are summed up for reading', async () => {
    const { home, remove } = await copyOf(model.home);
    try {
      const file = join(home, 'repository/conf/deployment.toml');
      await writeFile(
        file,
        `${await readFile(file, 'utf8')}\n[logging]\nlevel = "debug"\naudit_log = "off"\n`,
      );
      await chmod(join(home, 'repository/resources/security/encryption.key'), 0o644);
      assert.equal((await examined(home, ['--offline'])).code, 1);
      await chmod(join(home, 'repository/resources/security/encryption.key'), 0o600);
      assert.equal((await examined(home, ['--offline'])).code, 0);
      assert.equal((await examined(home, ['--offline', '--fail-on', 'warning'])).code, 1);
      const { stdout } = await runProgram(
        process.execPath,
        [countersignProgram(), 'doctor', '--home', home, '--offline'],
        { env: { ...programEnvironment(), FORCE_COLOR: '1' } },
      );
      assert.ok(
        stdout.includes(
          `\n${ESCAPE}[33mwarning${ESCAPE}[39m settings         [logging] audit_log is "off"\n`,
        ),
      );
      assert.match(stdout, /audit_log is "off"\n {25}→ \S/);
      assert.match(stdout, /\n\n2 warnings\n$/);
      const wrongly = await runProgram(
        process.execPath,
        [countersignProgram(), 'doctor', '--home', home, '--fail-on', 'anything'],
        { env: programEnvironment() },
      );
      assert.equal(wrongly.code, 2);
    } finally {
      await remove();
    }
  });

  test('finds what else holds the port of the server, and of metrics', async (t) => {
    const { home, remove } = await copyOf(model.home);
    t.after(remove);
    const plain = createPlainServer((socket) => socket.on('error', () => {}).end('220 mail.example\r\n'));
    await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done));
    t.after(() => plain.close());
    const address = plain.address();
    assert.ok(address !== null && typeof address === 'object');
    const file = join(home, 'repository/conf/deployment.toml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}\n[server]\nport = ${address.port}\n`);
    const taken = (await examined(home)).wrong.map(({ code, detail }) => `${code} ${detail}`);
    assert.match(taken.join('\n'), new RegExp(`^port_taken something else holds 127.0.0.1:${address.port}`));

    const stranger = await serveHttps(t, await selfSigned('stranger'), (_request, response) => {
      response.end('{"issuer":"https://other.example"}');
    });
    await writeFile(file, `${text}\n[server]\nport = ${stranger.port}\n`);
    const other = (await examined(home)).wrong.map(({ code, detail }) => `${code} ${detail}`);
    assert.match(other.join('\n'), /^port_taken .*: it is the server of https:\/\/other\.example/);

    await writeFile(
      file,
      `${text}\n[server]\nport = ${await freePort()}\n[metrics]\nport = ${address.port}\n`,
    );
    const metrics = (await examined(home)).wrong.map(({ code }) => code);
    assert.deepEqual(metrics, ['listener_not_running', 'port_taken']);
  });

  test('a server without an answer, and a name server without one, delay it by seconds', async (t) => {
    const { home, remove } = await copyOf(model.home);
    t.after(remove);
    const silent = createPlainServer(() => {});
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    t.after(() => silent.close());
    const address = silent.address();
    assert.ok(address !== null && typeof address === 'object');
    const file = join(home, 'repository/conf/deployment.toml');
    await writeFile(file, `${await readFile(file, 'utf8')}\n[server]\nport = ${address.port}\n`);
    const opened = new DatabaseSync(join(home, 'repository/database/countersign.db'));
    opened.exec(
      `update client set metadata = replace(metadata, '${world.publisher}', 'https://127.0.0.1:${address.port}')`,
    );
    opened.close();
    const began = performance.now();
    const { wrong } = await examined(home);
    assert.deepEqual(
      wrong.map(({ code }) => code),
      ['jwks_unreachable', 'listener_silent'],
    );
    assert.ok(performance.now() - began < 20_000);
  });
});

test('a home of a first start has nothing that failed, whatever umask it was made with', {
  skip: process.platform === 'win32' && 'needs modes of files',
}, async () => {
  for (const umask of ['000', '002', '022', '077']) {
    const home = join(tmpdir(), `countersign-umask-${randomBytes(6).toString('hex')}`);
    try {
      const made = await runProgram(
        'sh',
        [
          '-c',
          `umask ${umask} && exec "$@"`,
          'sh',
          process.execPath,
          countersignProgram(),
          'init',
          '--home',
          home,
        ],
        { env: programEnvironment() },
      );
      assert.equal(made.code, 0, made.stderr);
      const added = await runProgram(
        'sh',
        [
          ...['-c', `umask ${umask} && exec "$@"`, 'sh', process.execPath, countersignProgram()],
          ...[
            'client',
            'add',
            '--client-name',
            'first',
            '--grant-types',
            'client_credentials',
            '--home',
            home,
          ],
        ],
        { env: programEnvironment() },
      );
      assert.equal(added.code, 0, added.stderr);
      assert.deepEqual((await examined(home, ['--offline'])).wrong, [], umask);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }
});

test('a home for development is told apart by its host name, or by --profile', async (t) => {
  const home = await createUnstartedHome();
  t.after(() => home.remove());
  const codes = async (...args: readonly string[]) =>
    (await examined(home.home, ['--offline', ...args])).wrong.map(({ code }) => code);
  assert.deepEqual(await codes(), ['super_admin_password_known']);
  const production = await codes('--profile', 'production');
  for (const expected of [
    ...['hostname_localhost', 'store_password_default', 'server_certificate_self_signed', 'trust_by_rule'],
    ...['super_admin_password_in_file', 'super_admin_password_known', 'drain_grace_zero'],
  ]) {
    assert.ok(production.includes(expected), expected);
  }
  await home.editDeployment((text) => text.replace(/^hostname = .*/m, 'hostname = "login.example.com"'));
  assert.deepEqual(
    (await codes()).toSorted(),
    production
      .filter((code) => code !== 'hostname_localhost')
      .concat('server_certificate_wrong_name')
      .toSorted(),
  );
  assert.deepEqual(await codes('--profile', 'development'), ['super_admin_password_known']);
});
