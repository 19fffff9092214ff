import assert from 'node:assert/strict';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { loadPlugIns } from '../src/server/load-plug-ins.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { eventOf } from './event-of.ts';
import { type Answer, type Call, call, claimsOf, post } from './token-client.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../../examples/plugins/client-by-certificate.ts');
const BUILT_IN =
  'org.wso2.carbon.identity.oauth2.token.handler.clientauth.mutualtls.MutualTLSClientAuthenticator';

/** Does what the first word of the assertion says, and tells what it was given. */
const OBEDIENT = `
import { writeFileSync } from 'node:fs';

export default {
  name: 'obedient',
  calls: 0,
  async authenticate(request, properties) {
    const [command, argument] = (request.client_assertion ?? 'pass').split(' ');
    switch (command) {
      case 'accept': return { outcome: 'accepted', client_id: argument };
      case 'refuse': return { outcome: 'refused', reason: 'because ' + properties.reason };
      case 'pass': return { outcome: 'passed' };
      case 'tell':
        writeFileSync(argument, JSON.stringify({ request, properties }));
        return { outcome: 'refused', reason: 'told' };
      case 'throw': throw new Error('broken on purpose');
      case 'throw-nothing': throw undefined;
      case 'hang': return new Promise(() => {});
      case 'silence': return undefined;
      case 'nonsense': return { outcome: 'perhaps' };
      case 'nameless': return { outcome: 'accepted' };
      case 'number': return { outcome: 'accepted', client_id: 7 };
    }
  },
};
`;

/** Vouches for whoever gets as far as here. */
const LAST = `
export default {
  name: 'last',
  authenticate: (_request, { client_id }) => ({ outcome: 'accepted', client_id }),
};
`;

const listener = (id: string, name: string, order: number, properties: string) =>
  `\n[[event_listener]]\nid = "${id}"\nname = "${name}"\norder = ${order}\nproperties = ${properties}\n`;

describe('plug-in authenticators', () => {
  let home: TestHome;
  let server: RunningCountersign | undefined;
  let admin: AdminApi;
  let identity: Identity;
  let device: Identity;
  let text: string;
  const dropin = (name: string) => join(home.home, 'repository/components/dropins', name);
  const running = (): RunningCountersign => {
    assert.ok(server);
    return server;
  };
  const ask = (form: Readonly<Record<string, string>>, options: Call = {}) =>
    post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', ...form }, options);
  const obey = (command: string, form: Readonly<Record<string, string>> = {}, options: Call = {}) =>
    ask({ client_assertion: command, ...form }, options);
  const clientOf = (answer: Answer) => {
    assert.equal(answer.status, 200, answer.text);
    return claimsOf(answer.json().access_token).client_id;
  };
  const assertRefused = async (answer: Answer, because: string, evidence: RegExp) => {
    assert.equal(answer.status, 401);
    assert.deepEqual(answer.json(), {
      error: 'invalid_client',
      error_description: 'Client authentication failed.',
    });
    const event = await eventOf(running(), answer);
    assert.equal(event.because, because);
    assert.match(JSON.stringify(event.evidence), evidence);
  };

  before(async () => {
    home = await createTestHome();
    identity = await createIdentity('CN=ordinary,O=Example');
    device = await createIdentity('CN=device');
    await writeFile(dropin('obedient.mjs'), OBEDIENT);
    await writeFile(dropin('last.mjs'), LAST);
    await copyFile(EXAMPLE, dropin('client-by-certificate.ts'));
    text = await home.editDeployment(
      (before) =>
        before +
        listener('obedient', 'obedient', 50, '{ reason = "I was told to" }') +
        listener('devices', 'client-by-certificate', 100, `{ "${device.thumbprint}" = "sensor-7" }`) +
        listener('last', 'last', 300, '{ client_id = "anybody" }'),
    );
    server = await home.start();
    admin = adminApiOf(home.issuer);
    for (const client_id of ['sensor-7', 'anybody', 'accepted', 'disabled']) {
      await admin.register({ client_id, client_name: client_id });
    }
    await admin.update('disabled', { enabled: false });
    await admin.register({ client_id: 'ordinary', client_name: 'ordinary', certificates: [identity.pem] });
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  describe('the verdicts', () => {
    test('accepted: the client it names gets a token, bound to the certificate', async () => {
      assert.equal(clientOf(await obey('accept accepted')), 'accepted');
      const bound = await obey('accept accepted', {}, { certificate: identity });
      assert.equal(clientOf(bound), 'accepted');
      assert.deepEqual(claimsOf(bound.json().access_token).cnf, { 'x5t#S256': identity.thumbprint });
    });

    test('accepted: not a client that is unknown or disabled', async () => {
      await assertRefused(await obey('accept nobody'), 'client_unknown', /"authenticator":"obedient"/);
      await assertRefused(await obey('accept disabled'), 'client_disabled', /./);
    });

    test('refused: with its reason for the operator alone', async () => {
      await assertRefused(
        await obey('refuse', { client_id: 'ordinary' }, { certificate: identity }),
        'authenticator_refused',
        /because I was told to/,
      );
    });

    test('passed: the next one is asked', async () => {
      assert.equal(clientOf(await ask({ client_id: 'ordinary' }, { certificate: identity })), 'ordinary');
      await assertRefused(
        await ask({ client_id: 'ordinary' }, { certificate: await createIdentity('CN=ordinary,O=Example') }),
        'certificate_not_registered',
        /./,
      );
    });

    test('it sees the request and its properties', async () => {
      const told = join(home.home, 'told.json');
      const form = { client_id: 'ordinary', client_assertion_type: 'urn:x' };
      await assertRefused(
        await obey(`tell ${told}`, form, { certificate: identity }),
        'authenticator_refused',
        /told/,
      );
      const { request, properties } = JSON.parse(await readFile(told, 'utf8'));
      assert.deepEqual(properties, { reason: 'I was told to' });
      assert.deepEqual(request, {
        client_id: 'ordinary',
        client_assertion: `tell ${told}`,
        client_assertion_type: 'urn:x',
        remote_address: '127.0.0.1',
        endpoint: `${home.issuer}/oauth2/token`,
        certificate: {
          pem: identity.pem,
          'x5t#S256': identity.thumbprint,
          subject: 'CN=ordinary,O=Example',
          not_before: new Date(identity.certificate.notBefore).toISOString(),
          not_after: new Date(identity.certificate.notAfter).toISOString(),
          source: 'tls',
        },
      });
    });

    test('one that breaks, hangs or answers nonsense refuses that request alone', async () => {
      const finished: string[] = [];
      const hanging = obey('hang').then(async (answer) => {
        finished.push('hanging');
        await assertRefused(answer, 'authenticator_failed', /no verdict within 5000 ms/);
      });
      await assertRefused(await obey('throw'), 'authenticator_failed', /broken on purpose/);
      for (const command of ['throw-nothing', 'silence', 'nonsense', 'nameless', 'number']) {
        await assertRefused(await obey(command), 'authenticator_failed', /"authenticator":"obedient"/);
      }
      assert.equal(clientOf(await ask({ client_id: 'ordinary' }, { certificate: identity })), 'ordinary');
      finished.push('another request');
      await hanging;
      assert.deepEqual(finished, ['another request', 'hanging']);
    });
  });

  test('one before the built-in methods decides about registered clients, one after them about nobody’s', async () => {
    assert.equal(
      clientOf(await obey('accept accepted', { client_id: 'ordinary' }, { certificate: identity })),
      'accepted',
    );
    assert.equal(clientOf(await ask({ client_id: 'ordinary' }, { certificate: identity })), 'ordinary');
    assert.equal((await ask({ client_id: 'ordinary' })).status, 401, 'the built-in method refused it before');
    assert.equal(clientOf(await ask({})), 'anybody');
  });

  describe('the example', () => {
    test('its certificate alone names the client', async () => {
      assert.equal(clientOf(await ask({}, { certificate: device })), 'sensor-7');
      assert.equal(clientOf(await ask({ client_id: 'sensor-7' }, { certificate: device })), 'sensor-7');
    });

    test('it is no other client’s, and no other certificate is it', async () => {
      await assertRefused(
        await ask({ client_id: 'ordinary' }, { certificate: device }),
        'authenticator_refused',
        /that of sensor-7, not of ordinary/,
      );
      assert.equal(clientOf(await ask({}, { certificate: identity })), 'anybody');
    });
  });

  describe('another deployment', () => {
    before(async () => {
      await server?.stop();
      server = undefined;
    });
    const startFails = (pattern: RegExp) =>
      assert.rejects(home.start(), (error: Error) => {
        assert.match(error.message, pattern);
        return true;
      });

    test('enable = false of the class name switches mutual TLS off', async () => {
      const block = text.slice(text.indexOf(BUILT_IN));
      await home.editDeployment(() =>
        text
          .replace(block, block.replace('enable = true', 'enable = false'))
          .replace('order = 300', 'order = 999'),
      );
      server = await home.start();
      await assertRefused(
        await ask({ client_id: 'ordinary', client_assertion: 'refuse' }, { certificate: identity }),
        'authenticator_refused',
        /./,
      );
      const metadata = await call(`${home.issuer}/.well-known/oauth-authorization-server`);
      const methods = metadata.json().token_endpoint_auth_methods_supported;
      assert.ok(Array.isArray(methods) && methods.includes('client_secret_basic'));
      assert.ok(!methods.includes('tls_client_auth') && !methods.includes('self_signed_tls_client_auth'));
      // The last plug-in would let the client in, so it is taken out.
      await server.stop();
      await home.editDeployment((now) => now.slice(0, now.indexOf('\n[[event_listener]]\nid = "last"')));
      server = await home.start();
      await assertRefused(
        await ask({ client_id: 'ordinary' }, { certificate: identity }),
        'method_not_enabled',
        /self_signed_tls_client_auth/,
      );
      await server.stop();
      server = undefined;
    });

    test('a name that nothing has stops the start', async () => {
      await home.editDeployment(() => text + listener('other', 'obediant', 10, '{}'));
      await startFails(
        /\[\[event_listener\]\] other: no authenticator is named obediant; there are .*obedient/,
      );
    });

    test('a file that cannot be used stops the start', async () => {
      await home.editDeployment(() => text);
      await writeFile(dropin('broken.mjs'), 'throw new Error("no luck");');
      await startFails(/broken\.mjs cannot be loaded: no luck/);
      await rm(dropin('broken.mjs'));
    });

    test('a file that writes to the channel of its process stops the start, with what it did', async () => {
      await home.editDeployment(() => text);
      const source = "import { writeSync } from 'node:fs'; writeSync(3, 'nonsense\\n'); export default null;";
      await writeFile(dropin('scribbler.mjs'), source);
      await startFails(/scribbler\.mjs cannot be loaded: it wrote to its channel to the server/);
      await rm(dropin('scribbler.mjs'));
    });

    for (const [name, source, message] of [
      ['no-program', 'export default {', /no-program\.mjs cannot be loaded/],
      ['no-authenticator', 'export const name = "x";', /no-authenticator\.mjs has no default export/],
      ['no-name', 'export default { authenticate() {} };', /no-name\.mjs has no default export/],
      ['same-name', LAST, /the name last is used twice/],
    ] as const) {
      test(`a file is refused: ${name}`, async () => {
        await writeFile(dropin(`${name}.mjs`), source);
        await assert.rejects(loadPlugIns(dropin('.')), message);
        await rm(dropin(`${name}.mjs`));
      });
    }
  });
});
