import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type { AdminApi } from '../src/cli/administration/admin-api-client.ts';
import { adminApiOfHome } from '../src/cli/administration/with-admin-api.ts';
import { type CarriedOut, carryOut, type IssuedTo, nameOfStep } from '../src/cli/apply/carry-out.ts';
import { deploymentAt } from '../src/cli/apply/deployment.ts';
import { InvalidFiles, readFolder } from '../src/cli/apply/folder.ts';
import { type Plan, type PlanOptions, planOf } from '../src/cli/apply/plan.ts';
import { planAnswer, planLines } from '../src/cli/apply/plan-text.ts';
import { RESOURCE_KINDS } from '../src/cli/apply/resource.ts';
import { writeFolder } from '../src/cli/apply/write-folder.ts';
import { resourceSchema } from '../src/reference/resource-schemas.ts';
import { type OpenHome, openHome } from '../src/server/open-home.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome } from './countersign-process.ts';

type Files = Readonly<Record<string, string>>;

/** Folders of files, which end with the tests. */
const folders: string[] = [];
async function folderOf(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-files-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A home without a server, applied to in this process. */
async function openedHome() {
  const home = await createTestHome();
  const opened: OpenHome = await openHome(home.home, { quiet: true });
  const api: AdminApi = await adminApiOfHome(opened);
  return {
    home,
    opened,
    api,
    async plan(files: Files, options: Partial<PlanOptions> = {}): Promise<Plan> {
      const planning = { label: 'apply', prune: false, adopt: false, ...options };
      return planOf(await readFolder(await folderOf(files)), deploymentAt(api), planning);
    },
    async carryOut(
      plan: Plan,
      label = 'apply',
    ): Promise<CarriedOut & { readonly issued: readonly IssuedTo[] }> {
      const issued: IssuedTo[] = [];
      const done = await carryOut(
        plan,
        label,
        deploymentAt(api),
        (each) => issued.push(each),
        () => {},
      );
      return { ...done, issued };
    },
    async apply(files: Files, options: Partial<PlanOptions> = {}) {
      const plan = await this.plan(files, options);
      assert.deepEqual(plan.blocked, []);
      const done = await this.carryOut(plan, options.label);
      assert.ifError(done.failed?.error);
      return done;
    },
    async close() {
      await api.close();
      await opened.close();
      await home.remove();
    },
  };
}
type Opened = Awaited<ReturnType<typeof openedHome>>;

const told = (plan: Plan): readonly string[] =>
  plan.steps.map((step) => {
    const { kind, name } = nameOfStep(step);
    const changed = step.action === 'change' ? ` ${step.changed.join(',')}` : '';
    return `${step.action} ${kind} ${name}${changed}`;
  });

/** One of every kind, which rest on one another. */
const everything = ({ pem }: Pick<Identity, 'pem'>): Files => ({
  'people/department.json': JSON.stringify({
    kind: 'attribute',
    name: 'department',
    type: 'string',
    max_length: 40,
  }),
  'roles/reader.yaml': 'kind: role\nname: reader\ndescription: reads\n',
  'groups/inner.yaml': 'kind: group\nname: inner\nparent: Partners\n',
  'groups/partners.yml': 'kind: group\nname: partners\nholds: [Reader]\n',
  'trust/authority.yaml':
    'kind: trusted_certificate\nname: Partners-CA\ncontent: $file{authority.pem}\nrole: authority\n',
  'trust/authority.pem': pem,
  'clients/billing.yaml': `kind: client
name: billing
client_name: Billing
token_endpoint_auth_method: client_secret_basic
grant_types: [client_credentials]
scope: read
access_token_lifetime: 300
member_of: [inner]
holds: [reader]
`,
  'clients/web.yaml': `kind: client
name: web
client_name: Web
redirect_uris:
  - https://web.example/callback
token_endpoint_auth_method: none
`,
  'claims/department.yaml': `kind: claim_rule
name: department-for-web
claim: department
client_id: web
source: { from: person_attribute, attribute: department }
destinations: [id_token]
form: single
`,
});

describe('files that say how a deployment is', () => {
  let authority: Identity;
  let it: Opened;
  let files: Files;

  before(async () => {
    authority = await createIdentity('CN=Partners CA', { usage: 'ca' });
    files = everything(authority);
    it = await openedHome();
  });
  after(() => it?.close());

  test('are applied in the order in which they rest on one another, and a second time nothing is to be done', async () => {
    const plan = await it.plan(files);
    assert.deepEqual(told(plan), [
      'create attribute department',
      'create role reader',
      'create group partners',
      'create group inner',
      'create trusted_certificate Partners-CA',
      'create client billing',
      'create client web',
      'create claim_rule department-for-web',
    ]);
    const done = await it.carryOut(plan);
    assert.ifError(done.failed?.error);
    assert.deepEqual(
      done.issued.map(({ kind, name }) => [kind, name]),
      [['client', 'billing']],
      'only a secret that is good for something is told',
    );
    assert.deepEqual(told(await it.plan(files, { prune: true })), []);
    const billing = await it.opened.storage.clients.find('billing');
    assert.equal(billing?.metadata.managed_by, 'apply');
    const { groups, roles } = await it.opened.storage.groups.belongingsOf({ kind: 'client', id: 'billing' });
    assert.deepEqual(
      groups.map(({ name }) => name),
      ['inner', 'partners'],
    );
    assert.deepEqual(
      roles.map(({ name, direct }) => [name, direct]),
      [['reader', true]],
    );
    const { items } = await it.opened.storage.events.list({ type: 'client.created' }, { limit: 5 });
    const [event] = items;
    assert.equal(event?.actor?.through, 'command-line');
    assert.deepEqual(
      Object.keys(event?.actor ?? {}),
      ['name', 'through'],
      'an event has of who did it what others have',
    );
  });

  test('name each thing that somebody changed by hand, and mend it', async () => {
    const { storage, clients } = it.opened;
    const by = { name: 'somebody', through: 'admin-api' } as const;
    await clients.change('billing', { metadata: { client_name: 'Other', skip_consent: true } }, by);
    await clients.change('web', { metadata: { id_token_signed_response_alg: 'ES256' } }, by);
    const group = await storage.groups.findByName('partners');
    const role = await storage.roles.findByName('reader');
    assert.ok(group && role);
    const needs = 'people:write';
    const done = (method: 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
      it.api.done({ method, path, needs, ...(body !== undefined && { body }), ifMatch: 'any' });
    await done('PATCH', `/groups/${group.group_id}`, { description: 'by hand' });
    await done('PATCH', `/roles/${role.role_id}`, { description: '' });
    await done('PUT', '/attributes/department', { type: 'string', max_length: 50 });
    await done('PUT', `/groups/${group.group_id}/clients/billing`);
    await done('DELETE', `/roles/${role.role_id}/groups/${group.group_id}`);
    await done('PUT', '/truststore/certificates/partners-ca/role', { role: 'handshake' });
    await done('PUT', '/claim-rules/department-for-web', {
      claim: 'department',
      client_id: 'web',
      source: { from: 'person_attribute', attribute: 'department' },
      destinations: ['id_token', 'userinfo'],
      form: 'single',
    });
    const plan = await it.plan(files);
    assert.deepEqual(told(plan), [
      'change attribute department max_length',
      'change role reader description',
      'change group partners description,holds',
      'change trusted_certificate Partners-CA role',
      'change client billing client_name,skip_consent,member_of',
      'change client web id_token_signed_response_alg',
      'change claim_rule department-for-web destinations',
    ]);
    const lines = planLines(plan, 'apply').join('\n');
    assert.match(lines, /client_name: "Other" → "Billing"/);
    assert.match(lines, /member_of: - "partners"/);
    assert.match(lines, /destinations: - "userinfo"/);
    assert.ifError((await it.carryOut(plan)).failed?.error);
    assert.deepEqual(told(await it.plan(files)), []);
    assert.equal((await storage.clients.find('web'))?.metadata.id_token_signed_response_alg, 'RS256');
  });

  test('leave alone what they do not say of a client that somebody disabled, and what has no label', async () => {
    const by = { name: 'somebody', through: 'admin-api' } as const;
    await it.opened.clients.change('billing', { enabled: false }, by);
    await it.opened.clients.register({ client_id: 'by-hand', client_name: 'By hand' }, by);
    assert.deepEqual(told(await it.plan(files, { prune: true })), []);
    const enabled = { ...files, 'clients/billing.yaml': `${files['clients/billing.yaml']}enabled: true\n` };
    assert.deepEqual(told(await it.plan(enabled)), ['change client billing enabled']);
    await it.apply(enabled);
    assert.equal((await it.opened.storage.clients.find('billing'))?.enabled, true);
  });

  test('take over what is there without their label only when they are asked to', async () => {
    const byHand: Files = { 'c.yaml': 'kind: client\nname: by-hand\nclient_name: By files\n' };
    const plan = await it.plan(byHand);
    assert.deepEqual(told(plan), []);
    assert.deepEqual(
      plan.blocked.map(({ name, why }) => [name, why]),
      [['by-hand', 'is there and kept by no files: --adopt takes it over']],
    );
    await it.apply(byHand, { adopt: true, label: 'others' });
    const client = await it.opened.storage.clients.find('by-hand');
    assert.deepEqual([client?.metadata.client_name, client?.metadata.managed_by], ['By files', 'others']);
    const mine = await it.plan(byHand);
    assert.match(mine.blocked[0]?.why ?? '', /kept by the files labelled others/);
    // Of two labels each removes its own.
    assert.deepEqual(told(await it.plan({}, { label: 'others', prune: true })), ['remove client by-hand']);
    assert.ok(!told(await it.plan({}, { prune: true })).includes('remove client by-hand'));
  });

  test('write by the revision that the plan saw, and the same command goes on where another was faster', async () => {
    const other = {
      ...files,
      'roles/reader.yaml': 'kind: role\nname: reader\ndescription: by files\n',
      'clients/billing.yaml': `${files['clients/billing.yaml']}`.replace('Billing', 'Accounts'),
    };
    const plan = await it.plan(other);
    assert.deepEqual(told(plan), ['change role reader description', 'change client billing client_name']);
    const by = { name: 'somebody', through: 'admin-api' } as const;
    await it.opened.clients.change('billing', { metadata: { client_name: 'In between' } }, by);
    const { done, failed } = await it.carryOut(plan);
    assert.equal(done, 1);
    assert.match(failed?.error.message ?? '', /changed meanwhile: it is at revision/);
    assert.equal((await it.opened.storage.clients.find('billing'))?.metadata.client_name, 'In between');
    await it.apply(other);
    assert.equal((await it.opened.storage.clients.find('billing'))?.metadata.client_name, 'Accounts');
    await it.apply(files);
  });

  test('tell a secret that a client comes to need, and of references their names alone', async () => {
    process.env.APPLY_TEST_NAME = 'from the environment';
    const secret = {
      ...files,
      'clients/web.yaml': `${files['clients/web.yaml']}`
        .replace('auth_method: none', 'auth_method: client_secret_post')
        .replace('client_name: Web', 'client_name: $env{APPLY_TEST_NAME}'),
    };
    const plan = await it.plan(secret);
    assert.deepEqual(told(plan), ['change client web client_name,token_endpoint_auth_method']);
    const shown = [...planLines(plan, 'apply'), JSON.stringify(planAnswer(plan, 'apply'))].join('\n');
    assert.match(shown, /client_name: as \$env\{APPLY_TEST_NAME\} says/);
    assert.doesNotMatch(shown, /from the environment/);
    const { issued } = await it.carryOut(plan);
    assert.equal(issued.length, 1);
    assert.equal((await it.opened.storage.clients.find('web'))?.metadata.client_name, 'from the environment');
    await it.apply(files);
  });

  test('tell the secret of a client that was made, though a role that it is to hold is refused', async () => {
    const auditor = { ...files, 'roles/auditor.yaml': 'kind: role\nname: auditor\n' };
    await it.apply(auditor);
    const plan = await it.plan({
      ...auditor,
      'clients/audit.yaml':
        'kind: client\nname: audit\nclient_name: Audit\ntoken_endpoint_auth_method: client_secret_basic\nholds: [auditor]\n',
    });
    const role = await it.opened.storage.roles.findByName('auditor');
    const path = `/roles/${role?.role_id}`;
    await it.api.done({ method: 'DELETE', path, needs: 'people:write' });
    const { failed, issued } = await it.carryOut(plan);
    assert.match(`${failed?.error.message}`, /^holds names "auditor", which there is not$/);
    assert.deepEqual(
      issued.map(({ kind, name }) => ({ kind, name })),
      [{ kind: 'client', name: 'audit' }],
    );
    assert.ok(issued[0]?.client_secret);
    await it.apply(files, { prune: true });
  });

  test('are exported, and applied to another deployment they make the same', async () => {
    const by = { name: 'somebody', through: 'admin-api' } as const;
    const { pem } = await createIdentity('CN=certified');
    await it.opened.clients.register(
      {
        client_id: 'certified',
        client_name: 'Certified $env{HOME}',
        certificates: [pem],
        profile: 'fapi2-security',
      },
      by,
    );
    await it.opened.clients.register(
      { client_id: 'Certified', client_name: 'In another case', scope: 'a b' },
      by,
    );
    await it.opened.clients.change('Certified', { enabled: false }, by);
    const other = await openedHome();
    try {
      const folder = join(await folderOf({}), 'out');
      const written = await writeFolder(folder, deploymentAt(it.api), () => {});
      assert.ok(written.client >= 4 && written.group === 2 && written.trusted_certificate === 1);
      const exported = await readFolder(folder);
      for (const { kind, file } of exported) {
        const text = await readFile(join(folder, file), 'utf8');
        const validate = new Ajv2020({ strict: false }).compile(JSON.parse(resourceSchema(kind)));
        assert.ok(validate(parse(text)), `${file}: ${JSON.stringify(validate.errors)}`);
        assert.doesNotMatch(text, /secret_sha256|managed_by|revision/);
      }
      const planning = { label: 'apply', prune: false, adopt: false };
      const plan = await planOf(exported, deploymentAt(other.api), planning);
      assert.ok(plan.steps.every(({ action }) => action === 'create'));
      assert.ifError((await other.carryOut(plan)).failed?.error);
      assert.deepEqual((await planOf(exported, deploymentAt(other.api), planning)).steps, []);
      const [mine, theirs] = await Promise.all(
        [it, other].map(async ({ opened }) => [
          (await opened.storage.clients.find('certified'))?.metadata,
          (await opened.storage.clients.find('Certified'))?.enabled,
        ]),
      );
      const unlabelled = (value: unknown) => JSON.stringify(value).replaceAll(',"managed_by":"apply"', '');
      assert.equal(unlabelled(theirs), unlabelled(mine));
      const again = join(await folderOf({}), 'out');
      await writeFolder(again, deploymentAt(other.api), () => {});
      for (const { file } of exported) {
        assert.equal(await readFile(join(again, file), 'utf8'), await readFile(join(folder, file), 'utf8'));
      }
      await assert.rejects(
        writeFolder(folder, deploymentAt(it.api), () => {}),
        /is not empty/,
      );
    } finally {
      await other.close();
    }
  });

  test('remove what has their label and stands in none, what names others before what is named', async () => {
    const kept = { 'clients/web.yaml': `${files['clients/web.yaml']}` };
    const left = await it.plan(kept);
    assert.deepEqual(told(left), []);
    assert.deepEqual(
      left.left.map(({ name }) => name),
      ['billing'],
      'kinds that no file has are looked at only to prune them',
    );
    const plan = await it.plan(kept, { prune: true });
    assert.deepEqual(told(plan), [
      'remove claim_rule department-for-web',
      'remove client billing',
      'remove trusted_certificate Partners-CA',
      'remove group inner',
      'remove group partners',
      'remove role reader',
      'remove attribute department',
    ]);
    assert.ifError((await it.carryOut(plan)).failed?.error);
    assert.deepEqual(told(await it.plan(kept, { prune: true })), []);
    assert.deepEqual(await it.opened.storage.authorities.named(), [], 'no role stays with the label');
    assert.ok(await it.opened.storage.clients.find('certified'), 'what has no label stays');
  });

  test('with a mistake change nothing, and each is told with file, line and what to do', async () => {
    const wrong: readonly (readonly [Files, RegExp])[] = [
      [
        { 'a.yaml': 'kind: client\nname: x\nclient_name: X\nsecret: 1\n' },
        /^a\.yaml: secret unknown metadata$/,
      ],
      [
        { 'a.yaml': 'kind: client\nname: x\nclient_name: X\nclient_secret: x\n' },
        /client_secret stands in no file/,
      ],
      [{ 'a.yaml': 'kind: klient\nname: x\n' }, /^a\.yaml:1: kind is one of attribute, .*, not "klient"$/],
      [{ 'a.yaml': 'name: x\n' }, /^a\.yaml:1: kind is missing/],
      [{ 'a.yaml': 'kind: role\nname: x\nkind: group\n' }, /^a\.yaml:3: Map keys must be unique/],
      [{ 'a.yaml': 'kind: role\nname: x\n---\nkind: role\nname: y\n' }, /^a\.yaml.*multiple documents/],
      [{ 'a.yaml': '- kind: role\n' }, /^a\.yaml: is no resource/],
      [{ 'a.json': '{"kind": "role",' }, /^a\.json:1: /],
      [{ 'a.yaml': 'kind: role\nname: x\ndescription: !!js/function f\n' }, /^a\.yaml:3: Unresolved tag/],
      [
        { 'a.yaml': 'kind: role\nname: x\ndescription: $env{APPLY_NOT_SET}\n' },
        /^a\.yaml:3: description needs the environment variable APPLY_NOT_SET/,
      ],
      [
        { 'a.yaml': 'kind: role\nname: x\ndescription: $file{nothing.txt}\n' },
        /^a\.yaml:3: description needs the file \S+nothing\.txt, which is not there/,
      ],
      [{ 'a.yaml': 'kind: role\nname: x\nmembers: []\n' }, /^a\.yaml: members is no member of it$/],
      [
        { 'a.yaml': 'kind: role\nname: x\n', 'b.yaml': 'kind: role\nname: X\n' },
        /^b\.yaml: is the role "X", which a\.yaml is already$/,
      ],
      [
        { 'a.yaml': 'kind: group\nname: x\nparent: none\n' },
        /parent names the group "none", which is neither there nor in a file/,
      ],
      [
        { 'a.yaml': 'kind: group\nname: x\nparent: y\n', 'b.yaml': 'kind: group\nname: y\nparent: x\n' },
        /the group is in one that it contains/,
      ],
      [
        { 'a.yaml': 'kind: trusted_certificate\nname: x\nrole: authority\ncontent: x\n' },
        /^a\.yaml: content is no certificate/,
      ],
      [
        {
          'a.yaml':
            'kind: claim_rule\nname: x\nclaim: c\nsource: {from: groups}\ndestinations: [everywhere]\nform: list\n',
        },
        /^a\.yaml: destinations\.0 cannot be so/,
      ],
      [
        {
          'a.yaml': `kind: client\nname: x\nclient_name: X\ncontacts: &a [${'x,'.repeat(5)}]\nattributes:\n${Array.from({ length: 200 }, (_, n) => `  k${n}: *a\n`).join('')}`,
        },
        /Excessive alias count/,
      ],
    ];
    for (const [given, message] of wrong) {
      await assert.rejects(it.plan(given), (error: unknown) => {
        assert.ok(error instanceof InvalidFiles, String(error));
        assert.match(error.message, message);
        return true;
      });
    }
    const both = {
      'a.yaml': 'kind: role\n',
      'b.yaml': 'kind: roles\nname: b\n',
      'c.yaml': 'kind: role\nname: c\n',
    };
    await assert.rejects(it.plan(both), ({ message }: Error) => {
      assert.match(message, /^a\.yaml:1: name is missing.*\nb\.yaml:1: kind is one of/);
      return true;
    });
    assert.equal(await it.opened.storage.roles.findByName('c'), undefined);
  });

  test('what cannot be trusted as a file of resources is passed over or refused', async () => {
    const folder = await folderOf({
      '.hidden.yaml': 'x',
      'README.md': '# x',
      'a.yaml': 'kind: role\nname: a\n',
    });
    await writeFile(join(folder, 'b.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    await assert.rejects(readFolder(folder), /^InvalidFiles|b\.yaml: is not UTF-8 text/);
    await rm(join(folder, 'b.yaml'));
    assert.deepEqual(
      (await readFolder(folder)).map(({ name }) => name),
      ['a'],
    );
    await writeFile(
      join(folder, 'large.yaml'),
      `kind: role\nname: b\ndescription: ${'x'.repeat(1_100_000)}\n`,
    );
    await assert.rejects(readFolder(folder), /one resource has 1048576 at most/);
    await assert.rejects(readFolder(join(folder, 'nothing')), /cannot read the folder/);
  });

  test('another certificate under the same name is refused: its successor gets a name of its own', async () => {
    const one: Files = {
      'a.yaml': 'kind: trusted_certificate\nname: ca\nrole: authority\ncontent: $file{ca.pem}\n',
      'ca.pem': authority.pem,
    };
    await it.apply(one);
    const next = await createIdentity('CN=Next CA', { usage: 'ca' });
    await assert.rejects(
      it.plan({ ...one, 'ca.pem': next.pem }),
      /another certificate than the one that stands as "ca"/,
    );
    const renamed = {
      'a.yaml': `${one['a.yaml']}`.replace('name: ca', 'name: other'),
      'ca.pem': authority.pem,
    };
    await assert.rejects(it.plan(renamed), /the certificate stands in the trust store as "ca"/);
  });

  test('every kind has its schema in docs, as the code has it', async () => {
    for (const kind of RESOURCE_KINDS) {
      const text = await readFile(join(import.meta.dirname, `../../../docs/schemas/${kind}.json`), 'utf8');
      assert.equal(text, resourceSchema(kind), 'write it anew: npm run reference-pages');
    }
  });
});
