import { resolve } from 'node:path';
import { choiceOf, NOT_BUILT } from './choices.ts';
import type { Module, OwnTest } from './modules/table.ts';
import { FAMILIES } from './modules.ts';
import { PLANS, type Plan } from './plans.ts';
import type { Results } from './results.ts';

/** The page that this writes: `npm run conformance -- report`. */
export const CONFORMANCE_DOCUMENT = resolve(import.meta.dirname, '../docs/conformance.md');

const INTRODUCTION = `# Conformance

The OpenID Foundation certifies servers by its conformance suite (\`openid-certification/conformance-suite\`), which anybody may
run. \`conformance/\` of this repository makes a server ready for the plans that are this server's, and runs them. This page
says how, and tells of every module of these plans what it checks, which test of ours checks the same at every change, and
how it ended when the suite itself last ran. It is written by \`npm run conformance -- report\` from
\`conformance/results.json\`, to which a run adds what it measured.

## How to certify

1. Start the suite, or use the one at the OpenID Foundation's. It has to reach the server, and the server the suite: JWK
   Sets, request objects, logout tokens and CIBA pings are fetched and sent. Give it a host name other than \`localhost\`:
   a client's logo is shown from a public host alone, and one module registers the suite's.
2. Prepare a deployment that is used for nothing else. These lines of \`deployment.toml\` let the suite register clients,
   be fetched from where its address is a private one, and ask for a payment in detail:

   \`\`\`toml
   [registration]
   mode = "open"
   max_requests_per_address = 1000000

   [outbound]
   allowed_addresses = ["127.0.0.1"]             # where the suite is
   trusted_certificates_file = "suite.pem"       # its certificate, in repository/resources/security

   [[authorization_details_type]]
   type = "payment_initiation"
   description = "Initiate a payment"
   \`\`\`

3. Register the clients, make their keys and certificates, and write a configuration for each plan:

   <!-- not run: it needs the suite, which takes minutes to build; conformance/conformance-steps.test.ts configures -->
   \`\`\`sh
   export COUNTERSIGN_ADMIN_PASSWORD=…
   npm run conformance -- configure --issuer https://localhost:9443 --suite https://localhost:8443
   \`\`\`

   \`--folder\` says where to; \`conformance/configurations\` otherwise. The files hold private keys and secrets. A second
   time the clients of the first are removed. The \`browser\` blocks in them have the suite's own browser sign in, agree,
   refuse, and hand in the pages that a person has to look at.
4. Run the plans, all of them or those with a word in their name:

   <!-- not run: it needs the suite, which takes minutes to build; conformance/conformance-steps.test.ts configures -->
   \`\`\`sh
   npm run conformance -- run fapi1 --at-once 4
   npm run conformance -- report
   \`\`\`

   While plans run, an API that asks the server about every token answers at \`https://localhost:9450\`, and
   \`http://localhost:9451\` decides in the person's place what comes over the backchannel. A suite on another machine has
   to reach both: \`--resource\` and \`--approval\` name them as it does, for \`configure\` and \`run\`. \`--module TEXT\` runs single modules and writes nothing down.
5. For a certificate, upload the configurations to the suite's own pages instead and run the plans there; look at the
   pages it kept (*review* below), and publish the plans.

*Passed* is passed. *Review* asks a person to look at a page: the sign-in page after \`prompt=login\`, an error page. *Skipped*
is what the suite passes over because the metadata does not offer it. A *warning* is no failure.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: readonly (string | number)[]): string =>
  `| ${cells.map(String).map(cell).join(' | ')} |`;

const countOf = (results: Results, { name }: Plan, result: string): number =>
  Object.values(results[name]?.modules ?? {}).filter((module) => module.result === result).length;

const variantOf = ({ variant }: Plan): string =>
  Object.entries(variant)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

function planRow(results: Results, plan: Plan): string {
  const result = results[plan.name];
  const name = `\`${plan.suitePlan}\``;
  if (result === undefined)
    return row(plan.name, name, variantOf(plan), 'not tested', '', '', '', '', '', '');
  const total = Object.keys(result.modules).length;
  const counts = ['PASSED', 'WARNING', 'REVIEW', 'SKIPPED'].map((each) => countOf(results, plan, each));
  const failed = total - counts.reduce((sum, count) => sum + count, 0);
  return row(plan.name, name, variantOf(plan), total, ...counts, failed, `${result.suite}, ${result.date}`);
}

const planTable = (results: Results): string =>
  [
    '| here | plan | variant | modules | passed | warning | review | skipped | failed | suite, date |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...PLANS.map((plan) => planRow(results, plan)),
  ].join('\n');

const WORDS: Readonly<Record<string, string>> = {
  PASSED: 'passed',
  WARNING: 'warning',
  REVIEW: 'review',
  SKIPPED: 'skipped',
  FAILED: '**failed**',
};

/** How a module ended, over all plans that have it: in one word where it ended alike everywhere. */
function outcomeOf(results: Results, { module }: Module): string {
  const ended = PLANS.flatMap(({ name }) => {
    const result = results[name]?.modules[module]?.result;
    return result === undefined
      ? []
      : [{ plan: name, result: WORDS[result] ?? `**${result.toLowerCase()}**` }];
  });
  const plansBy = new Map<string, string[]>();
  for (const { plan, result } of ended) plansBy.set(result, [...(plansBy.get(result) ?? []), plan]);
  if (plansBy.size === 0) return 'not tested';
  const [commonest = ''] = Array.from(plansBy).toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return Array.from(plansBy, ([result, plans]) =>
    result === commonest ? `${result} (${plans.length})` : `${result}: ${plans.join(', ')}`,
  ).join('; ');
}

const testText = ({ file, test }: OwnTest): string =>
  `\`${file.replace('packages/server/', '').replace('.test.ts', '')}\`: ${test}`;

const familyTable = (results: Results, modules: readonly Module[]): string =>
  [
    '| module | checks | our test | result (plans) |',
    '|---|---|---|---|',
    ...modules.map((module) =>
      row(
        `\`${module.module}\``,
        module.checks,
        module.tests.map(testText).join('; ') || 'none',
        outcomeOf(results, module),
      ),
    ),
  ].join('\n');

/** What did not simply pass, with its reason; a failure without one says so. */
function notPassed(results: Results): string {
  const told = new Map<
    string,
    { plans: string[]; conditions: Set<string>; reason: string; result: string }
  >();
  for (const { name } of PLANS) {
    for (const [module, { result, conditions = [] }] of Object.entries(results[name]?.modules ?? {})) {
      if (['PASSED', 'REVIEW', 'SKIPPED'].includes(result)) continue;
      const reason = choiceOf(module, name)?.reason ?? 'Not explained yet.';
      const key = `${module} ${result} ${reason}`;
      const entry = told.get(key) ?? { plans: [], conditions: new Set(), reason, result };
      entry.plans.push(name);
      for (const condition of conditions) entry.conditions.add(condition);
      told.set(key, entry);
    }
  }
  if (told.size === 0)
    return 'Nothing: every module of every plan that ran passed, was skipped, or is for review.';
  return [
    '| module | result | plans | conditions | why |',
    '|---|---|---|---|---|',
    ...Array.from(told, ([key, { plans, conditions, reason, result }]) =>
      row(
        `\`${key.slice(0, key.indexOf(' '))}\``,
        WORDS[result] ?? result.toLowerCase(),
        plans.join(', '),
        Array.from(conditions).join(', '),
        reason,
      ),
    ),
  ].join('\n');
}

const notBuilt = (): string =>
  NOT_BUILT.map(({ what, plans, reason, absent }) => {
    const members = absent.map((member) => `\`${member}\``).join(', ');
    const silent = absent.length > 0 ? ` The metadata has no ${members}.` : '';
    return `- **${what}** (${plans.map((plan) => `\`${plan}\``).join(', ')}). ${reason}${silent}`;
  }).join('\n');

/** `docs/conformance.md`, from what was measured. */
export function conformancePage(results: Results): string {
  return [
    INTRODUCTION,
    '## The plans\n',
    `${planTable(results)}\n`,
    '## What did not pass, and why\n',
    `${notPassed(results)}\n`,
    '## What is not built\n',
    'The plans below do not apply. Nothing in the metadata promises what they test.\n',
    `${notBuilt()}\n`,
    '## Every module\n',
    '*Our test* names a file below `packages/server`, without its ending `.test.ts`, and the test in it, or its case where a test goes\nthrough a table. In brackets: in how many plans.\n',
    ...FAMILIES.flatMap(({ title, modules }) => [`### ${title}\n`, `${familyTable(results, modules)}\n`]),
  ].join('\n');
}
