import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { createTestHome, type RunningCountersign, runProgram, type TestHome } from './countersign-process.ts';
import { missingProgram } from './installed-program.ts';

const TOKEN_CLIENT = resolve(import.meta.dirname, 'java/TokenClient.java');
const PASSWORD = 'client-password';

/** A Java runtime alone cannot run a source file. */
async function missingCompiler(): Promise<string | false> {
  if (process.env.CI === 'true') return false;
  const { code } = await runProgram('java', ['--describe-module', 'jdk.compiler']);
  return code === 0 ? false : 'java is installed without its compiler';
}

const skip =
  (await missingProgram('openssl', ['version'])) ||
  (await missingProgram('keytool', ['-help'])) ||
  (await missingProgram('java', ['--version'])) ||
  (await missingCompiler());

describe('a client in plain Java', { skip }, () => {
  let home: TestHome;
  let server: RunningCountersign;

  const make = async (program: string, args: readonly string[]) => {
    const { code, stdout, stderr } = await runProgram(program, args, { cwd: home.home });
    assert.equal(code, 0, stdout + stderr);
    return stdout;
  };
  const opensslStore = async (name: string, key: readonly string[]) => {
    await make('openssl', [
      ...['req', '-x509', '-nodes', '-days', '30', '-subj', `/O=Example/CN=${name}`, ...key],
      ...['-keyout', `${name}.key`, '-out', `${name}.pem`],
    ]);
    await make('openssl', [
      ...['pkcs12', '-export', '-inkey', `${name}.key`, '-in', `${name}.pem`, '-name', name],
      ...['-out', `${name}.p12`, '-passout', `pass:${PASSWORD}`],
    ]);
  };
  const keytoolStore = async (name: string) => {
    const store = ['-keystore', `${name}.p12`, '-storepass', PASSWORD, '-alias', name];
    await make('keytool', [
      ...['-genkeypair', '-keyalg', 'RSA', '-keysize', '2048', '-dname', `CN=${name},O=Example`],
      ...['-storetype', 'PKCS12', ...store],
    ]);
    await make('keytool', ['-exportcert', '-file', `${name}.pem`, ...store]);
  };
  const register = async (name: string) => {
    const metadata = ['--client-name', name, '--client-id', name, '--grant-types', 'client_credentials'];
    await home.json('client', 'add', ...metadata, '--certificate', join(home.home, `${name}.pem`));
  };
  const runClient = (client_id: string, store: string) =>
    runProgram(
      'java',
      [
        ...[TOKEN_CLIENT, home.issuer, client_id, `${store}.p12`, PASSWORD, 'truststore.jks', PASSWORD],
        ...['TLSv1.2', 'TLSv1.3'],
      ],
      { cwd: home.home },
    );

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    const exported = ['-alias', 'wso2carbon', '-file', 'wso2-certificate.crt'];
    const serverStore = join(home.security, 'wso2carbon.jks');
    await make('keytool', ['-exportcert', ...exported, '-keystore', serverStore, '-storepass', 'wso2carbon']);
    const truststore = ['-keystore', 'truststore.jks', '-storetype', 'JKS', '-storepass', PASSWORD];
    await make('keytool', ['-importcert', '-noprompt', ...exported, ...truststore]);
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  const cases = [
    { name: 'rsa-by-openssl', store: (name: string) => opensslStore(name, ['-newkey', 'rsa:2048']) },
    {
      name: 'ec-by-openssl',
      store: (name: string) =>
        opensslStore(name, ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']),
    },
    { name: 'rsa-by-keytool', store: keytoolStore },
  ];
  for (const { name, store } of cases) {
    test(`${name}: a bound token over TLS 1.2 and 1.3, and what introspection says of it`, async () => {
      await store(name);
      await register(name);
      const { code, stdout, stderr } = await runClient(name, name);
      assert.equal(code, 0, stderr);
      const { raw } = new X509Certificate(await readFile(join(home.home, `${name}.pem`)));
      const thumbprint = createHash('sha256').update(raw).digest('base64url');
      assert.deepEqual(stdout.trim().split('\n'), [`TLSv1.2 ${thumbprint}`, `TLSv1.3 ${thumbprint}`]);
    });
  }

  test('the key store of another client is refused', async () => {
    await opensslStore('stranger', ['-newkey', 'rsa:2048']);
    const { code, stderr } = await runClient('rsa-by-openssl', 'stranger');
    assert.equal(code, 1);
    assert.match(stderr, /\/oauth2\/token answered 401 .*invalid_client/);
    await server.line(/certificate_not_registered/);
  });
});
