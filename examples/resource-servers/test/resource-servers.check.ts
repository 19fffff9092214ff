// Holds the resource servers of this folder against a Countersign: npm run resource-servers
// ONLY=Go,Quarkus tries those whose names begin so.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Started } from '../../../interop/program.ts';
import { ask, bindingRules, proxyRules, type RunningApi } from './binding-rules.ts';
import { type OrdersIssuer, startOrdersIssuer } from './orders-issuer.ts';
import { built, type ExampleProgram, go, python, quarkus, SPRING_PROGRAMS } from './programs.ts';

const only = process.env.ONLY?.split(',') ?? [''];
const isTried = ({ name }: ExampleProgram) => only.some((each) => name.startsWith(each));
const PROGRAMS: readonly ExampleProgram[] = [go, python, ...SPRING_PROGRAMS, quarkus].filter(isTried);

/** Where everything is to be tried, a toolchain that is missing is a failure. */
const whyNot = new Map<ExampleProgram, string>();
for (const program of PROGRAMS) {
  const began = performance.now();
  const reason = await built(program);
  if (reason !== undefined && process.env.CI === 'true') throw new Error(`${program.name}: ${reason}`);
  if (reason !== undefined) whyNot.set(program, reason);
  else console.log(`${program.name}: built in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
const skipOf = (program: ExampleProgram) => ({ skip: whyNot.get(program) ?? false });

describe('resource servers in other languages', () => {
  let issuer: OrdersIssuer;
  before(async () => {
    issuer = await startOrdersIssuer();
  });
  after(() => issuer?.[Symbol.asyncDispose]());

  for (const program of PROGRAMS) {
    describe(program.name, skipOf(program), () => {
      let api: Started & RunningApi;
      before(async () => {
        api = await program.start(issuer);
      });
      after(() => api?.[Symbol.asyncDispose]());
      bindingRules(
        () => api,
        () => issuer,
      );
      if (program !== quarkus)
        describe('behind a proxy', () =>
          proxyRules(
            () => api,
            () => issuer,
          ));
      if (SPRING_PROGRAMS.some((each) => each === program)) {
        test('opaque tokens: the one of the certificate and of no other, for this API, while it is active', async () => {
          const { client, stranger, issued } = issuer;
          const url = api.url.replace('/orders', '/reports');
          const accepted = await ask(url, { token: issued.opaque, certificate: client });
          assert.equal(accepted.status, 200, accepted.text);
          for (const request of [
            { token: issued.opaque, certificate: stranger },
            { token: issued.opaque },
            { token: issued.opaqueForServer, certificate: client },
            { token: issued.opaqueUnbound, certificate: client },
            { token: 'unknown', certificate: client },
          ]) {
            const { status, headers } = await ask(url, request);
            assert.equal(status, 401);
            assert.match(String(headers['www-authenticate']), /error="invalid_token"/);
          }
        });
      }
    });
  }

  for (const program of SPRING_PROGRAMS.filter(isTried)) {
    describe(`what tutorials of Spring have, ${program.name}`, skipOf(program), () => {
      let traps: Started & { readonly origin: string };
      before(async () => {
        traps = await program.startTraps(issuer);
      });
      after(() => traps?.[Symbol.asyncDispose]());
      const statusOf = async (path: string, request: Parameters<typeof ask>[1]) =>
        (await ask(`${traps.origin}/${path}`, request)).status;

      test('`issuer-uri` alone refuses the right token, for its type', async () => {
        const { issued, client, resigned } = issuer;
        assert.equal(await statusOf('tutorial', { token: issued.read, certificate: client }), 401);
        const asJwt = await resigned({}, { typ: 'JWT' });
        assert.equal(await statusOf('tutorial', { token: asJwt, certificate: client }), 200);
      });

      test('`createAtJwtValidator` takes a stolen token: over another certificate, and over none', async () => {
        const { issued, client, stranger } = issuer;
        assert.equal(await statusOf('recipe', { token: issued.read, certificate: client }), 200);
        assert.equal(await statusOf('recipe', { token: issued.read, certificate: stranger }), 200);
        assert.equal(await statusOf('recipe', { token: issued.read }), 200);
        assert.equal(await statusOf('recipe', { token: issued.forServer }), 401);
      });

      test('introspection takes a stolen token, and one for somebody else', async () => {
        const { issued, stranger } = issuer;
        assert.equal(await statusOf('opaque', { token: issued.opaque, certificate: stranger }), 200);
        assert.equal(await statusOf('opaque', { token: issued.opaque }), 200);
        assert.equal(await statusOf('opaque', { token: issued.opaqueForServer }), 200);
        assert.equal(await statusOf('opaque', { token: 'unknown' }), 401);
      });
    });
  }

  for (const [program, setUp] of [
    [python, 'Authlib as it comes'],
    [quarkus, 'Quarkus without `token.binding.certificate`'],
  ] as const) {
    describe(setUp, isTried(program) ? skipOf(program) : { skip: 'not asked for' }, () => {
      let api: Started & RunningApi;
      before(async () => {
        api = await program.startTrap(issuer);
      });
      after(() => api?.[Symbol.asyncDispose]());

      test('takes a stolen token: over another certificate, and over none', async () => {
        const { issued, stranger } = issuer;
        assert.equal((await ask(api.url, { token: issued.read, certificate: stranger })).status, 200);
        assert.equal((await ask(api.url, { token: issued.read })).status, 200);
        assert.equal((await ask(api.url, { token: issued.forServer })).status, 401);
      });

      if (program === python)
        test('takes a token without a type', async () => {
          const token = await issuer.resigned({}, { typ: undefined });
          assert.equal((await ask(api.url, { token })).status, 200);
        });
    });
  }
});
