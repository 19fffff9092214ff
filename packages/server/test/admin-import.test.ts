import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { issueCertificate } from '@countersign/x509/issuance';
import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Administrator } from '../src/admin/administrator.ts';
import { importRoutes } from '../src/admin/import-resource.ts';
import { InvalidInput, registerAdminRoutes } from '../src/admin/route.ts';
import { countersignSource } from '../src/move/countersign/source.ts';
import { type MovedItem, type Source, UnreadableSource } from '../src/move/source.ts';
import type { Sources } from '../src/move/sources.ts';
import { Refusal } from '../src/refusal/refusal.ts';
import { importContext } from '../src/server/importing.ts';
import { type OpenHome, openHome } from '../src/server/open-home.ts';
import { settingsOfFile } from '../src/server/settings.ts';
import { openTrustStores } from '../src/server/trust-stores.ts';
import { AdministratorPower } from '../src/user/administrator-power.ts';
import type { AdministratorRole } from '../src/user/administrator-roles.ts';
import { createTestHome, type TestHome } from './countersign-process.ts';
import { itemOf, movedClient, movedPerson } from './moved-items.ts';

const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString('base64');

/** A source whose files name clients, one a line; one without a secret is asked for. */
const named: Source = {
  async *read({ files, certificates, answers }) {
    for (const { alias, der, isAuthority } of certificates) {
      const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
      const role = isAuthority ? 'authority' : 'none';
      yield itemOf({ kind: 'trusted_certificate', alias, certificate: pem, role });
    }
    for (const { name, octets } of files) {
      const text = (await Array.fromAsync(octets())).map((part) => Buffer.from(part).toString()).join('');
      if (text.startsWith('<')) throw new UnreadableSource(`${name}: is XML`);
      for (const client_id of text.trim().split('\n'))
        yield clientNamed(client_id, answers.clients[client_id]?.client_secret);
    }
    yield itemOf(movedPerson('olga'));
  },
};

const clientNamed = (client_id: string, value: string | undefined): MovedItem => {
  if (!client_id.startsWith('asked')) return itemOf(movedClient(client_id));
  if (value !== undefined) return itemOf(movedClient(client_id, { secret: { form: 'text', value } }));
  const why = 'the files have no secret';
  return {
    kind: 'client',
    name: client_id,
    findings: [{ field: 'secret', ours: 'client_secret', outcome: 'asked', why }],
  };
};

const Answer = z.looseObject({
  dry_run: z.boolean().optional(),
  error: z.string().optional(),
  error_description: z.string().optional(),
  field: z.string().optional(),
  counts: z.record(z.string(), z.record(z.string(), z.int())).default({}),
  items: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        outcome: z.string().optional(),
        source: z.string().optional(),
        findings: z.array(z.object({ field: z.string() })).default([]),
      }),
    )
    .default([]),
});

describe('what another server has, brought in by the admin API', { timeout: 120_000 }, () => {
  let home: TestHome;
  let opened: OpenHome;
  let close: (() => void) | undefined;
  let app: FastifyInstance;
  let appOf: (sources: Sources) => FastifyInstance;
  let roles: readonly AdministratorRole[] = ['owner'];

  before(async () => {
    home = await createTestHome({});
    opened = await openHome(home.home, { quiet: true });
    const trust = await openTrustStores(opened);
    close = () => trust.close();
    const owner = await opened.accounts.add(
      {
        username: 'owner',
        password: 'correct horse battery staple',
        temporary: false,
        roles: ['owner'],
        claims: {},
      },
      { name: 'test', through: 'command-line' },
    );
    const authorise = async (): Promise<Administrator> => ({
      kind: 'person',
      name: 'owner',
      through: 'admin-api',
      remote_address: '192.0.2.7',
      user: { ...owner, roles },
      power: AdministratorPower.ofRoles({ roles }),
    });
    const failureOf = (error: Error) => {
      if (error instanceof InvalidInput)
        return { status: 400, error: error.error, error_description: error.message, field: error.field };
      if (error instanceof Refusal)
        return { status: error.status, error: error.error, error_description: error.description };
      throw error;
    };
    appOf = (sources) => {
      const made = Fastify({ bodyLimit: 100_000 });
      made.setErrorHandler((error: Error, _request, reply) => {
        const { status, ...answer } = failureOf(error);
        return reply.code(status).send(answer);
      });
      const routes = importRoutes(
        sources,
        () => importContext(opened, trust.stores),
        () => settingsOfFile(opened.configuration),
      );
      registerAdminRoutes(made, routes, authorise, opened.clock, failureOf);
      return made;
    };
    app = appOf({ named: async () => named });
  });
  after(async () => {
    await app?.close();
    close?.();
    await opened?.close();
    await home?.remove();
  });

  const ask = async (changes: object, of = app) => {
    const files = [{ name: 'a/clients.txt', content: base64('quay\nasked') }];
    const payload = { source: 'named', dry_run: false, files, ...changes };
    const answer = await of.inject({ method: 'POST', url: '/import', payload });
    return { status: answer.statusCode, ...Answer.parse(answer.json()) };
  };
  const outcomes = ({ items }: z.output<typeof Answer>) => items.map(({ name, outcome }) => [name, outcome]);
  const clients = async () =>
    (await opened.storage.clients.list({ limit: 50 })).items.map(({ client_id }) => client_id);

  test('a dry run says what would come and writes nothing; the same without one brings it in, once', async () => {
    const before = await clients();
    const dry = await ask({ dry_run: true });
    assert.equal(dry.status, 200);
    const expected = [
      ['quay', 'added'],
      ['asked', 'left_out'],
      ['olga', 'added'],
    ];
    assert.deepEqual([outcomes(dry), dry.dry_run], [expected, true]);
    assert.deepEqual(await clients(), before);

    const done = await ask({});
    assert.deepEqual([outcomes(done), done.dry_run], [expected, false]);
    assert.deepEqual(done.counts, { client: { added: 1, left_out: 1 }, person: { added: 1 } });
    const events = (await opened.storage.events.list({ type: 'client.created' }, { limit: 5 })).items;
    assert.deepEqual(
      [events[0]?.object?.id, events[0]?.actor],
      ['quay', { name: 'owner', through: 'import', remote_address: '192.0.2.7' }],
    );
    const answered = await ask({ answers: { clients: { asked: { client_secret: 'of my own' } } } });
    assert.deepEqual(outcomes(answered), [
      ['quay', 'present'],
      ['asked', 'added'],
      ['olga', 'present'],
    ]);
    assert.doesNotMatch(JSON.stringify(answered), /of my own|hunter2/);
  });

  test('certificates beside the files come in, and vouch where they are named as authorities', async () => {
    const { certificate } = await issueCertificate({
      subject: 'CN=Harbour CA',
      keyType: 'EC-P256',
      days: 30,
      usage: 'ca',
      now: Date.now(),
    });
    const trust = [{ name: 'harbour-ca.der', content: base64(certificate.der) }];
    const done = await ask({ trust, authorities: ['HARBOUR-CA'] });
    assert.deepEqual(outcomes(done)[0], ['harbour-ca', 'added']);
    const unknown = await ask({ trust, authorities: ['other'] });
    assert.deepEqual([unknown.status, unknown.field], [400, 'authorities']);
    assert.match(String(unknown.error_description), /there are harbour-ca/);
  });

  test('what cannot be read is refused with the part at fault, and nothing comes in', async () => {
    const before = await clients();
    for (const [changes, field, message] of [
      [{ source: 'other' }, 'source', /must be one of named/],
      [{ source: 'toString' }, 'source', /must be one of named/],
      [
        {
          files: [
            { name: 'x', content: base64('new-one') },
            { name: 'b', content: base64('<x/>') },
          ],
        },
        'files',
        /^b: is XML$/,
      ],
      [{ files: [{ name: 'x', content: 'no base64!' }] }, 'files.0.content', /base64/],
      [{ trust: [{ name: 'ca.pem', content: base64('nothing') }] }, 'trust', /^ca\.pem: /],
      [{ answers: { clients: { a: { secret: 'x' } } } }, 'answers.clients.a', /secret/],
    ] as const) {
      const refused = await ask(changes);
      assert.deepEqual([refused.status, refused.field], [400, field], JSON.stringify(refused));
      assert.match(String(refused.error_description), message);
    }
    assert.deepEqual(await clients(), before);
  });

  test('of an export, settings that are the same here are no finding, and an encrypted one is for the command', async (t) => {
    const of = appOf({ countersign: async () => countersignSource });
    t.after(() => of.close());
    const asked = (content: string) =>
      ask(
        { source: 'countersign', dry_run: true, files: [{ name: 'all.jsonl', content: base64(content) }] },
        of,
      );
    const here = await settingsOfFile(opened.configuration);
    const [same = ''] = Object.keys(here);
    const settings = { kind: 'settings', values: { [same]: here[same], 'server.elsewhere': 1 } };
    const { items } = await asked(`{"countersign_export":1}\n${JSON.stringify(settings)}\n{"end":{}}\n`);
    assert.deepEqual(
      items.map(({ findings }) => findings.map(({ field }) => field)),
      [['server.elsewhere']],
    );
    const encrypted = await asked('age-encryption.org/v1\n-> scrypt');
    assert.deepEqual([encrypted.status, encrypted.field], [400, 'files']);
    assert.match(String(encrypted.error_description), /^all\.jsonl is encrypted, .*countersign import/);
  });

  test('files may be larger than other requests', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `asked-${index}`).join('\n');
    const done = await ask({ dry_run: true, files: [{ name: 'many', content: base64(many) }] });
    assert.deepEqual(done.counts, { client: { left_out: 20_000 }, person: { present: 1 } });
  });

  test('an owner alone does it, and sources are listed', async (t) => {
    t.after(() => {
      roles = ['owner'];
    });
    for (const other of [['client_manager'], ['people_writer', 'clients_writer', 'trust_writer']] as const) {
      roles = other;
      assert.deepEqual([(await ask({})).status, (await ask({})).error], [403, 'insufficient_scope']);
    }
    roles = ['owner'];
    const listed = await app.inject({ method: 'GET', url: '/import/sources' });
    assert.deepEqual(listed.json(), { items: [{ source: 'named' }] });
  });
});
