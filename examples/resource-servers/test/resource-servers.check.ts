// Holds the resource servers of this folder against a Countersign: npm run resource-servers [-- --test-name-pattern …]
import { after, before, describe } from 'node:test';
import type { Started } from '../../../interop/program.ts';
import { bindingRules, proxyRules, type RunningApi } from './binding-rules.ts';
import { type OrdersIssuer, startOrdersIssuer } from './orders-issuer.ts';
import { built, type ExampleProgram, go, python, SPRING_PROGRAMS } from './programs.ts';

const PROGRAMS: readonly ExampleProgram[] = [go, python, ...SPRING_PROGRAMS];

/** Where everything is to be tried, a toolchain that is missing is a failure. */
const whyNot = new Map<ExampleProgram, string>();
for (const program of PROGRAMS) {
  const reason = await built(program);
  if (reason === undefined) continue;
  if (process.env.CI === 'true') throw new Error(`${program.name}: ${reason}`);
  whyNot.set(program, reason);
}

describe('resource servers in other languages', () => {
  let issuer: OrdersIssuer;
  before(async () => {
    issuer = await startOrdersIssuer();
  });
  after(() => issuer?.[Symbol.asyncDispose]());

  for (const program of PROGRAMS) {
    describe(program.name, { skip: whyNot.get(program) ?? false }, () => {
      let api: Started & RunningApi;
      before(async () => {
        api = await program.start(issuer);
      });
      after(() => api?.[Symbol.asyncDispose]());
      bindingRules(
        () => api,
        () => issuer,
      );
      describe('behind a proxy', () =>
        proxyRules(
          () => api,
          () => issuer,
        ));
    });
  }
});
