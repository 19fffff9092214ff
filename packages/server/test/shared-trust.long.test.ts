import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import { type KeyStoreEntry, readKeyStore, writePkcs12 } from '@countersign/x509/key-store';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { signInToConsole } from './console-page.ts';
import {
  createUnstartedHome,
  type RunningCountersign,
  runProgram,
  type TestHome,
} from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { missingProgram } from './installed-program.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from './postgres.ts';
import { post } from './token-client.ts';

/** What every node promises: a change anywhere counts everywhere after so many milliseconds. */
const PROMISE = 1_000;
const PASSWORD = 'wso2carbon';
const withoutKeytool = await missingProgram('keytool', ['-help']);

type Node = {
  readonly home: TestHome;
  server: RunningCountersign;
  readonly api: AdminApi;
  readonly file: string;
};
type Authority = {
  readonly root: IssuedCertificate;
  readonly identity: Identity;
  readonly client_id: string;
};

describe('nodes share the trust stores where they share a database', { skip: whyNoPostgres() }, () => {
  let postgres: TestPostgres;
  const encryption = { key: randomBytes(32).toString('hex') };
  const nodes: Node[] = [];

  /** Without the page's trust manager: what does not chain to the trust store is not even seen. */
  const strict = (text: string) => text.replace(/^trustManagerClassName = /m, '# trustManagerClassName = ');

  async function homeOf(more: Parameters<typeof createUnstartedHome>[0] = {}): Promise<TestHome> {
    const home = await createUnstartedHome({
      'database.identity_db': { type: 'postgres', url: postgres.url },
      encryption,
      ...more,
    });
    await home.editDeployment(strict);
    return home;
  }
  async function nodeIn(home: TestHome): Promise<Node> {
    const server = await home.start();
    const file = join(home.security, 'client-truststore.jks');
    const node = { home, server, api: adminApiOf(home.issuer), file };
    nodes.push(node);
    return node;
  }
  let a: Node;
  let b: Node;
  let c: Node;
  /** The authority that stood in the file of the first node. */
  let first: Authority;

  async function authority(name: string): Promise<Omit<Authority, 'client_id'>> {
    const root = await issueCertificate({
      subject: `CN=${name}`,
      keyType: 'EC-P256',
      days: 30,
      usage: 'ca',
      now: Date.now(),
    });
    return { root, identity: await createIdentity(`CN=${name} client`, { issuer: root }) };
  }
  /** An authority, and a client that one certificate of it authenticates. */
  async function withClient(made: Omit<Authority, 'client_id'>): Promise<Authority> {
    const { certificate } = made.identity;
    const { client_id } = await a.api.register({
      client_name: 'under an authority',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: certificate.subject.toString(),
    });
    return { ...made, client_id };
  }
  const known = async (name: string) => withClient(await authority(name));

  /** 200 where the node lets the client in, 401 where it does not. */
  const askAt = async ({ home }: Node, { client_id, identity }: Authority): Promise<number> => {
    const form = { grant_type: 'client_credentials', client_id };
    return (await post(`${home.issuer}/oauth2/token`, form, { certificate: identity })).status;
  };
  const askEverywhere = (asked: Authority) => Promise.all([a, b, c].map((node) => askAt(node, asked)));
  const imported = (node: Node, { root }: Pick<Authority, 'root'>, alias: string) =>
    node.api.json('POST', '/truststore/certificates', { content: certificateToPem(root.certificate), alias });

  const entriesOf = async ({ file }: Pick<Node, 'file'>) => readKeyStore(await readFile(file), PASSWORD);
  const entryOf = ({ root }: Pick<Authority, 'root'>, alias: string): KeyStoreEntry => ({
    kind: 'trusted-certificate',
    alias,
    certificate: root.certificate,
  });
  async function edit(
    node: Pick<Node, 'file'>,
    change: (entries: readonly KeyStoreEntry[]) => readonly KeyStoreEntry[],
  ) {
    await writeFile(node.file, await writePkcs12(change(await entriesOf(node)), PASSWORD));
  }
  const listedAt = async ({ api }: Node): Promise<readonly string[]> => {
    const { items } = await api.json('GET', '/truststore');
    assert.ok(Array.isArray(items));
    return items[0].entries.map(({ alias }: { alias: string }) => alias).toSorted();
  };
  const lastChange = async () => {
    const { items } = await a.api.json('GET', '/events?type=truststore.changed&limit=1');
    assert.ok(Array.isArray(items));
    return items[0];
  };
  const restarted = async (node: Node) => {
    await node.server.stop();
    node.server = await node.home.start();
  };

  /** What the console of a node shows of all of them; the console is that of the node that started last. */
  async function sayInConsole({ home }: Node): Promise<void> {
    const browser = await startChromium();
    try {
      const page = await signInToConsole(await browser.newContext({ ignoreHTTPSErrors: true }), home.issuer);
      await page.getByRole('link', { name: 'Trust', exact: true }).first().click();
      const shown = page.getByRole('region', { name: 'Nodes' });
      await shown.getByText(/^extra of .* counts for nothing\.$/).waitFor();
      await shown.getByRole('rowheader', { name: `${home.home} this one` }).waitFor();
      await shown.getByRole('rowheader', { name: 'plug-in x.mjs' }).waitFor();
      await page.getByText(/shared by all nodes; of this one: .*client-truststore\.jks/).waitFor();
    } finally {
      await browser.close();
    }
  }

  before(async () => {
    postgres = await startPostgres();
    const made = await authority('first');
    const homes = [await homeOf(), await homeOf(), await homeOf()] as const;
    await edit({ file: join(homes[0].security, 'client-truststore.jks') }, () => [entryOf(made, 'first')]);
    a = await nodeIn(homes[0]);
    [b, c] = await Promise.all([nodeIn(homes[1]), nodeIn(homes[2])]);
    first = await withClient(made);
  });
  after(async () => {
    await Promise.all(
      nodes.map(async ({ server, home }) => {
        await server.stop();
        await home.remove();
      }),
    );
    await postgres?.stop();
  });

  test('what stood in the file of the first node counts at all of them', async () => {
    assert.deepEqual(await askEverywhere(first), [200, 200, 200]);
    assert.deepEqual(await listedAt(c), ['first']);
    const { detail } = await lastChange();
    assert.deepEqual(detail.file, a.file);
    assert.match(detail.node, new RegExp(`:${a.home.home}$`));
  });

  test('an import at one node is accepted at the others within a second, and a removal refused', async () => {
    const fresh = await known('fresh');
    assert.deepEqual(await askEverywhere(fresh), [401, 401, 401]);
    await imported(a, fresh, 'fresh');
    assert.equal(await askAt(a, fresh), 200, 'at once where it was imported');
    await pause(PROMISE);
    assert.deepEqual(await askEverywhere(fresh), [200, 200, 200]);
    await b.api.json('DELETE', '/truststore/certificates/fresh');
    assert.equal(await askAt(b, fresh), 401);
    await pause(PROMISE);
    assert.deepEqual(await askEverywhere(fresh), [401, 401, 401]);
  });

  test('a command at one node changes all of them', async () => {
    const fresh = await known('by command');
    const file = join(b.home.home, 'by-command.pem');
    await writeFile(file, certificateToPem(fresh.root.certificate));
    await b.home.json('truststore', 'import', file, '--alias', 'by command');
    await pause(PROMISE);
    assert.deepEqual(await askEverywhere(fresh), [200, 200, 200]);
    assert.match((await c.home.command('truststore', 'export', 'by command')).stdout, /BEGIN CERTIFICATE/);
    await c.home.json('truststore', 'remove', 'by command');
    await pause(PROMISE);
    assert.deepEqual(await askEverywhere(fresh), [401, 401, 401]);
  });

  test('what keytool puts into the file of one node counts at all of them, and what it takes out does not', {
    skip: withoutKeytool,
  }, async () => {
    const fresh = await known('keytool');
    const pem = join(b.home.home, 'keytool.pem');
    await writeFile(pem, certificateToPem(fresh.root.certificate));
    const keytool = async (...args: readonly string[]) => {
      const done = await runProgram('keytool', [...args, '-keystore', b.file, '-storepass', PASSWORD]);
      assert.equal(done.code, 0, done.stdout + done.stderr);
    };
    await keytool('-importcert', '-noprompt', '-alias', 'by-keytool', '-file', pem);
    await eventually(
      () => askEverywhere(fresh),
      (seen) => seen.every((status) => status === 200),
    );
    const { detail, actor, changes } = await lastChange();
    assert.deepEqual([detail.file, actor.through], [b.file, 'configuration']);
    assert.match(detail.node, new RegExp(`:${b.home.home}$`));
    assert.equal(changes.certificates.new[0].alias, 'by-keytool');
    await keytool('-delete', '-alias', 'by-keytool');
    await eventually(
      () => askEverywhere(fresh),
      (seen) => seen.every((status) => status === 401),
    );
  });

  test('a file that merely still holds what was removed revives nothing, edited or not, restarted or not', async () => {
    const [removed, other] = [await known('removed'), await known('other')];
    await edit(c, (entries) => [...entries, entryOf(removed, 'removed')]);
    await eventually(
      () => askEverywhere(removed),
      (seen) => seen.every((status) => status === 200),
    );
    await a.api.json('DELETE', '/truststore/certificates/removed');
    await pause(PROMISE);
    assert.deepEqual(await askEverywhere(removed), [401, 401, 401]);
    await restarted(c);
    assert.deepEqual(await askEverywhere(removed), [401, 401, 401]);
    await edit(c, (entries) => [...entries, entryOf(other, 'other')]);
    await eventually(
      () => askEverywhere(other),
      (seen) => seen.every((status) => status === 200),
    );
    assert.deepEqual(await askEverywhere(removed), [401, 401, 401]);
    assert.ok(
      (await entriesOf(c)).some(({ alias }) => alias === 'removed'),
      'the file is not written by the server',
    );
    const { stdout } = await c.home.command('doctor');
    assert.match(stdout, /client-truststore\.jks differs in 2 certificates/);
    await c.home.json('truststore', 'write-file');
    assert.deepEqual((await entriesOf(c)).map(({ alias }) => alias).toSorted(), ['first', 'other']);
    await edit(c, (entries) => entries.filter(({ alias }) => alias !== 'other'));
    await eventually(
      () => askEverywhere(other),
      (seen) => seen.every((status) => status === 401),
    );
    assert.deepEqual(await listedAt(a), ['first']);
  });

  test('what was done to a file while its node was down is taken up once, at its start', async () => {
    const fresh = await known('down');
    await c.server.stop();
    await edit(c, (entries) => [...entries, entryOf(fresh, 'down')]);
    c.server = await c.home.start();
    await pause(PROMISE);
    assert.deepEqual(await askEverywhere(fresh), [200, 200, 200]);
    await a.api.json('DELETE', '/truststore/certificates/down');
    await c.server.stop();
    await rm(c.file);
    c.server = await c.home.start();
    assert.deepEqual(await askEverywhere(fresh), [401, 401, 401]);
    assert.deepEqual(await listedAt(c), ['first'], 'a file that was lost and made anew removes nothing');
  });

  test('what a new node brings along is told and counts for nothing, until a command takes it in', async () => {
    const [extra, plugIn] = [
      await known('extra'),
      'export default { name: "x", authenticate: async () => undefined };',
    ];
    const home = await homeOf({ oauth: { access_token_lifetime: 1234 } });
    await edit({ file: join(home.security, 'client-truststore.jks') }, () => [entryOf(extra, 'extra')]);
    await writeFile(join(home.home, 'repository/components/dropins/x.mjs'), plugIn);
    // Homes of tests have the same key; what is not there is made anew.
    await rm(join(home.security, 'wso2carbon.jks'));
    assert.equal((await home.command('init')).code, 0);
    const before = await home.command('doctor');
    assert.match(
      before.stdout,
      /warning +trust .*client-truststore\.jks holds extra, which the deployment does not trust/,
    );
    assert.match(before.stdout, /warning +nodes +plug-in x\.mjs is not the same on every node/);
    const d = await nodeIn(home);
    await d.server.line(/holds extra, which the deployment does not trust.*countersign truststore adopt/);
    await d.server.line(/plug-in x\.mjs is not the same on every node/);
    await d.server.line(/oauth\.access_token_lifetime of deployment\.toml is not the same on every node/);
    assert.deepEqual(await listedAt(d), ['first']);
    assert.equal(await askAt(d, extra), 401);
    await restarted(d);
    assert.equal(await askAt(d, extra), 401);

    const seen = await a.api.json('GET', '/nodes');
    assert.ok(Array.isArray(seen.items) && Array.isArray(seen.differences));
    assert.equal(seen.items.length, 4);
    const brought = seen.items.flatMap((node) => node.extra);
    assert.deepEqual(
      brought.map((each) => [each.alias, each['x5t#S256'], each.file]),
      [['extra', extra.root.certificate.thumbprint, d.file]],
    );
    const files = seen.differences.map(({ file }) => file);
    assert.ok(files.includes('plug-in x.mjs') && files.includes('certificate chain of [keystore.primary]'));
    assert.ok(
      !files.includes('truststore.file_name of deployment.toml'),
      'a home elsewhere is no difference',
    );

    if (!whyNoChromium()) await sayInConsole(d);

    assert.equal((await home.command('truststore', 'write-file')).code, 1, 'the file would lose it');
    await home.json('truststore', 'adopt');
    await pause(PROMISE);
    assert.deepEqual(await askEverywhere(extra), [200, 200, 200]);
    const { actor } = await lastChange();
    assert.equal(actor.through, 'command-line');
    await d.server.stop();
    const { items } = await a.api.json('GET', '/nodes');
    assert.ok(Array.isArray(items));
    assert.equal(items.length, 3, 'a node that was stopped is gone');
  });

  test('trust groups are shared likewise', async () => {
    const made = await authority('partner');
    const pem = join(a.home.security, 'partners.pem');
    await writeFile(pem, certificateToPem((await authority('placeholder')).root.certificate));
    for (const { home } of [a, b]) {
      await writeFile(join(home.security, 'partners.pem'), await readFile(pem));
      await home.editDeployment(
        (text) => `${text}\n[[trust_group]]\nname = "partners"\nfile_name = "partners.pem"\ntype = "PEM"\n`,
      );
      await eventually(
        async () => (await adminApiOf(home.issuer).json('GET', '/truststore')).items,
        (items) => Array.isArray(items) && items.length === 2,
      );
    }
    const { client_id } = await a.api.register({
      client_name: 'in a group',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=partner client',
      trust_group: 'partners',
    });
    const partner = { ...made, client_id };
    const content = certificateToPem(made.root.certificate);
    // Admission asks the trust store itself.
    await imported(a, made, 'admitted');
    await eventually(
      async () =>
        (await a.api.request('POST', '/truststore/certificates', { content, group: 'partners' })).status,
      (status) => status === 201,
    );
    await pause(PROMISE);
    assert.deepEqual(await Promise.all([a, b].map((node) => askAt(node, partner))), [200, 200]);
    await b.api.json(
      'DELETE',
      `/truststore/certificates/${made.root.certificate.thumbprint.toLowerCase()}?group=partners`,
    );
    await pause(PROMISE);
    assert.deepEqual(await Promise.all([a, b].map((node) => askAt(node, partner))), [401, 401]);
  });
});
