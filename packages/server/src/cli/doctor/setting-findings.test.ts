import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDeployment } from '../../config/deployment.ts';
import { settingsOf } from '../../config/settings.ts';
import { readToml } from '../../config/toml-source.ts';
import { isLoopback } from './examination.ts';
import { exposureFindings } from './exposure-findings.ts';
import type { Found } from './finding.ts';
import { hostsOf, settingFindings } from './setting-findings.ts';

const CONTEXT = {
  file: 'deployment.toml',
  home: '/home',
  environment: { KEY: 'ab'.repeat(32) },
  encryptionKeyFile: 'cd'.repeat(32),
};

function found(text: string, profile: 'production' | 'development'): readonly Found[] {
  const { atStart, live } = settingsOf(parseDeployment(text, CONTEXT));
  const settings = { atStart, now: live, profile, table: readToml(text).table };
  return [...exposureFindings(settings), ...settingFindings(settings)];
}
const codes = (text: string, profile: 'production' | 'development' = 'development') =>
  found(text, profile).map(({ code, outcome }) => `${outcome} ${code}`);

test('an address of this machine alone', () => {
  for (const host of [
    'localhost',
    'a.localhost',
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
  ])
    assert.equal(isLoopback(host), true, host);
  for (const host of ['localhost.example', '10.0.0.1', '0.0.0.0', '::', 'example.com', 'mylocalhost'])
    assert.equal(isLoopback(host), false, host);
});

test('an empty file has nothing for development', () => {
  assert.deepEqual(codes(''), []);
});

test('how wide the networks of proxies are', () => {
  const proxy = (addresses: readonly string[], more = '') =>
    codes(`[transport.proxy]\ntrusted_addresses = ${JSON.stringify(addresses)}\n${more}`);
  const header = 'certificate_header = "nginx"\n';
  for (const wide of ['0.0.0.0/0', '::/0', '128.0.0.0/1', '8.0.0.0/8', '2000::/3']) {
    assert.deepEqual(proxy([wide]), ['warning proxy_believed_from_anywhere'], wide);
    assert.deepEqual(proxy([wide], header), ['failed proxy_believed_from_anywhere'], wide);
    assert.deepEqual(proxy([wide], `${header}pinned_certificate = "proxy.pem"\n`), [], wide);
  }
  for (const narrow of [
    '10.0.0.0/8',
    '192.168.0.0/16',
    'fd00::/8',
    '203.0.113.7',
    '2001:db8::/32',
    '127.0.0.1',
  ]) {
    assert.deepEqual(proxy([narrow], header), [], narrow);
  }
});

test('what listens where', () => {
  const metrics = (bind: string) => codes(`[metrics]\nbind = "${bind}"\n`);
  for (const open of ['0.0.0.0', '::', '8.8.8.8']) {
    assert.deepEqual(metrics(open), ['warning metrics_exposed'], open);
  }
  for (const own of ['127.0.0.1', '::1', '10.1.2.3', 'localhost', '192.168.1.1'])
    assert.deepEqual(metrics(own), [], own);
  assert.deepEqual(codes('[metrics]\nenable = false\nbind = "0.0.0.0"\n'), []);
  assert.deepEqual(codes('[server]\nbind = "0.0.0.0"\n'), ['warning localhost_on_all_addresses']);
  assert.deepEqual(codes('[server]\nhostname = "a.example"\n[health]\nport = 9764\nbind = "0.0.0.0"\n'), []);
});

test('who may register', () => {
  const open = '[registration]\nmode = "open"\n';
  assert.deepEqual(codes(open), ['warning registration_open']);
  assert.deepEqual(
    codes(`${open}client_certificate = "required"\n`),
    ['warning registration_open'],
    'any will do',
  );
  assert.deepEqual(codes(`${open}client_certificate = "trusted"\n`), []);
  assert.deepEqual(codes(`${open}require_software_statement = true\n`), []);
  assert.deepEqual(codes('[registration]\nmode = "token"\n'), []);
});

test('the way to the database', () => {
  const of = (url: string, more = '', profile: 'production' | 'development' = 'development') =>
    codes(
      `[server]\nbase_url = "https://localhost:9443"\n[database.identity_db]\ntype = "postgres"\nurl = "${url}"\n${more}`,
      profile,
    ).filter((each) => each.includes('database') || each.includes('bound'));
  assert.deepEqual(of('postgres://u:p@db.example/c'), ['warning database_without_tls']);
  assert.deepEqual(of('postgres://u:p@localhost,10.0.0.2:5432/c'), ['warning database_without_tls']);
  assert.deepEqual(of('postgres://u:p@127.0.0.1/c'), []);
  assert.deepEqual(of('postgres://u:p@[::1]:5432/c'), []);
  assert.deepEqual(of('postgres://u:p@/c?host=/run/postgresql'), []);
  assert.deepEqual(of('postgres://u:p@db.example/c', 'tls = "require"\n'), []);
  assert.deepEqual(of('postgres://u:p@db.example/c', 'tls = "require"\n', 'production'), [
    'warning database_tls_unverified',
  ]);
  assert.deepEqual(of('postgres://u:p@db.example/c', 'tls = "verify"\n', 'production'), []);
  assert.deepEqual(of('postgres://u:p@db.example/c?sslmode=disable'), ['warning database_without_tls']);
  assert.deepEqual(
    of('postgres://u:p@db.example/c', 'tls = "verify"\nunreachable_bound = 0\n', 'production'),
    ['warning unreachable_bound_zero'],
  );
  assert.deepEqual(hostsOf('postgres://a:1,b:2/x'), ['a', 'b']);
});

test('secrets in the file itself, and by reference', () => {
  const key = 'ef'.repeat(32);
  assert.deepEqual(codes(`[encryption]\nkey = "${key}"\n`), ['warning encryption_key_in_file']);
  assert.deepEqual(codes('[encryption]\nkey = "$env{KEY}"\n'), []);
  const production = (text: string) =>
    codes(`[server]\nhostname = "a.example"\n${text}`, 'production').filter((each) =>
      each.includes('password'),
    );
  const store = 'warning store_password_default';
  assert.deepEqual(production('[super_admin]\npassword = "x"\n'), [
    'warning super_admin_password_in_file',
    store,
  ]);
  assert.deepEqual(production('[super_admin]\npassword = "$env{KEY}"\n'), [store]);
  assert.deepEqual(production('[keystore.primary]\npassword = "another"\n'), []);
  assert.deepEqual(production('[keystore.primary]\ncertificate_file = "a"\nkey_file = "b"\n'), []);
});

test('secrets of webhooks in the file itself, and by reference', () => {
  const secret = 'a secret of twenty-four characters';
  const webhook = (id: string, written: string) =>
    `[[webhook]]\nid = "${id}"\nurl = "https://hooks.example/"\nsecret = "${written}"\n`;
  const of = (text: string, profile: 'production' | 'development' = 'production') =>
    found(`[server]\nhostname = "a.example"\n${text}`, profile).filter(
      ({ code }) => code === 'webhook_secret_in_file',
    );
  const [finding, ...others] = of(
    `${webhook('one', secret)}${webhook('two', '$env{KEY}')}${webhook('three', '$env{KEY}')}previous_secret = "${secret}"\n`,
  );
  assert.deepEqual(others, []);
  assert.match(JSON.stringify(finding), /one.*three/);
  assert.doesNotMatch(JSON.stringify(finding), /two|twenty-four/);
  assert.deepEqual(of(webhook('two', '$env{KEY}')), []);
  assert.deepEqual(of(webhook('one', secret), 'development'), []);
});

test('where a proxy ends TLS, it tells browsers of it', () => {
  const hsts = (text: string) =>
    codes(`[server]\nhostname = "a.example"\n${text}`, 'production').filter((each) =>
      each.includes('strict'),
    );
  assert.equal(hsts('').length, 1);
  assert.equal(hsts('[transport.proxy]\ntrusted_addresses = ["10.0.0.1"]\n').length, 0);
});
