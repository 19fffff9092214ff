import { Command, InvalidArgumentError, Option } from 'commander';
import {
  CLAIM_DESTINATIONS,
  ClaimSource,
  ClaimSpecification,
  type ClaimSpecification as Specification,
} from '../claim/claim-rule.ts';
import type { AttributeAdministration, ClaimRuleShown } from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { print, UsageError } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions, withOwnClient } from './server-option.ts';

/** What claims can be made of, by the word of `--from`. */
const FROM = ['groups', 'roles', 'person_attribute', 'client_attribute', 'value', 'plug_in'] as const;

type RuleOptions = {
  readonly scope?: string;
  readonly forClient?: string;
  readonly from?: (typeof FROM)[number];
  readonly attribute?: string;
  readonly value?: string;
  readonly plugIn?: string;
  readonly to?: readonly string[];
  readonly form?: 'single' | 'list';
  readonly maxSize?: number;
  readonly description?: string;
};

const listed = (text: string): readonly string[] => text.split(/[,\s]+/).filter((item) => item !== '');

function octets(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('must be a whole number of octets');
  return Number(text);
}

/** A value as JSON where it is some, and the text itself where it is none. */
function fixedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const withRuleOptions = (parent: Command, name: string, examples: readonly string[]): Command =>
  withAdministrationOptions(parent.command(name), examples, { clientId: 'the one client that gets it' })
    .option('--scope <scope>', 'the scope that gives it, once a person agreed to it')
    .option('--for-client <id>', 'as --client-id, also beside --server')
    .addOption(new Option('--from <source>', 'what it is made of').choices(FROM))
    .option('--attribute <name>', 'which attribute, of a person or of the client')
    .option('--value <value>', 'the fixed value: a text, or JSON')
    .option('--plug-in <name>', 'the plug-in that gives it')
    .option('--to <list>', `where it goes: ${CLAIM_DESTINATIONS.join(',')}`, listed)
    .addOption(new Option('--form <form>', 'one value or a list').choices(['single', 'list']))
    .option('--max-size <octets>', 'the most octets as JSON; what has more is left out', octets)
    .option('--description <text>', 'what people read of it on the consent page');

/** @throws UsageError */
function sourceOf(options: RuleOptions): unknown {
  const { from, attribute, value, plugIn } = options;
  const given = { '--attribute': attribute, '--value': value, '--plug-in': plugIn };
  const needed = {
    groups: '',
    roles: '',
    person_attribute: '--attribute',
    client_attribute: '--attribute',
    value: '--value',
    plug_in: '--plug-in',
  };
  if (from === undefined) {
    const stray = Object.entries(given).find(([, text]) => text !== undefined);
    if (stray) throw new UsageError(`${stray[0]} goes with --from`);
    return undefined;
  }
  for (const [flag, text] of Object.entries(given)) {
    if (flag === needed[from] && text === undefined) throw new UsageError(`--from ${from} needs ${flag}`);
    if (flag !== needed[from] && text !== undefined)
      throw new UsageError(`${flag} does not go with --from ${from}`);
  }
  if (from === 'value') return { from, value: fixedValue(value ?? '') };
  if (from === 'plug_in') return { from, plug_in: plugIn };
  return from === 'groups' || from === 'roles' ? { from } : { from, attribute };
}

/** One value or a list, where nothing is said: as what it is made of. */
async function usualForm(
  source: ClaimSource,
  attributes: AttributeAdministration,
): Promise<Specification['form']> {
  if (source.from === 'groups' || source.from === 'roles') return 'list';
  if (source.from === 'value') return Array.isArray(source.value) ? 'list' : 'single';
  if (source.from !== 'person_attribute') return 'single';
  const definition = (await attributes.list()).find(({ name }) => name === source.attribute);
  return definition?.list ? 'list' : 'single';
}

/** The rule that the options make, of `before` where they say nothing. @throws UsageError */
async function specificationOf(
  claim: string,
  options: RuleOptions & { readonly client_id: string | undefined },
  attributes: AttributeAdministration,
  before: Partial<Specification> = {},
): Promise<Specification> {
  const source = sourceOf(options) ?? before.source;
  if (source === undefined) throw new UsageError(`--from is needed: ${FROM.join(', ')}`);
  const read = ClaimSource.safeParse(source);
  if (!read.success)
    throw new UsageError(`the claim cannot be made of that: ${read.error.issues[0]?.message}`);
  const parsed = ClaimSpecification.safeParse({
    claim,
    scope: options.scope ?? before.scope,
    client_id: options.client_id ?? before.client_id,
    source,
    destinations: options.to ?? before.destinations ?? [],
    form: options.form ?? before.form ?? (await usualForm(read.data, attributes)),
    max_size: options.maxSize ?? before.max_size,
    description: options.description ?? before.description,
  });
  if (parsed.success) return withoutAbsent(parsed.data);
  const [issue] = parsed.error.issues;
  const field = issue?.path[0] === 'destinations' ? '--to' : issue?.path.join('.');
  throw new UsageError(
    field === '--to'
      ? `--to names where it goes: ${CLAIM_DESTINATIONS.join(', ')}`
      : `${field} ${issue?.message}`,
  );
}

/** As records have it: what is not said is not there. */
const withoutAbsent = ({
  scope,
  client_id,
  max_size,
  description,
  ...rest
}: Specification): Specification => ({
  ...rest,
  ...(scope !== undefined && { scope }),
  ...(client_id !== undefined && { client_id }),
  ...(max_size !== undefined && { max_size }),
  ...(description !== undefined && { description }),
});

const sourceInWords = (source: ClaimSource): string => {
  if (source.from === 'value') return `value ${JSON.stringify(source.value)}`;
  if (source.from === 'plug_in') return `plug_in ${source.plug_in}`;
  return 'attribute' in source ? `${source.from} ${source.attribute}` : source.from;
};

const linesOf = (rule: ClaimRuleShown): readonly string[] => {
  const { claim_rule_id, claim, scope, client_id, source, destinations, form, max_size, description } = rule;
  return [
    `claim_rule_id  ${claim_rule_id}`,
    `claim          ${claim}`,
    ...(scope === undefined ? [] : [`scope          ${scope}`]),
    ...(client_id === undefined ? [] : [`client_id      ${client_id}`]),
    `source         ${sourceInWords(source)}`,
    `destinations   ${destinations.join(' ')}`,
    `form           ${form}`,
    ...(max_size === undefined ? [] : [`max_size       ${max_size}`]),
    ...(description === undefined ? [] : [`description    ${description}`]),
  ];
};

const lineOf = ({ claim_rule_id, claim, scope, client_id, source, destinations }: ClaimRuleShown): string =>
  [
    claim_rule_id,
    claim,
    ...(scope === undefined ? [] : [`scope ${scope}`]),
    ...(client_id === undefined ? [] : [`client ${client_id}`]),
    `from ${sourceInWords(source)}`,
    `to ${destinations.join(',')}`,
  ].join('  ');

/** `countersign claim …`: the claims that operators define. */
export function claimCommand(): Command {
  const command = new Command('claim');

  withRuleOptions(command, 'add <claim>', [
    'claim add groups --scope groups --from groups --to id_token,userinfo',
  ])
    .description('define a claim; it counts at once')
    .action(async (claim: string, options: AdministrationOptions & RuleOptions) => {
      const { asking, client_id } = withOwnClient(options, options.forClient, '--for-client');
      await withAdministration(asking, async ({ claimRules, attributes }) => {
        const specification = await specificationOf(claim, { ...options, client_id }, attributes);
        const rule = await claimRules.add(specification);
        print(options, rule, linesOf(rule));
      });
    });

  withAdministrationOptions(command.command('list'), ['claim list'])
    .description('list claim rules, by claim')
    .action(async (options: AdministrationOptions) => {
      await withAdministration(options, async ({ claimRules }) => {
        const rules = await claimRules.list();
        print(options, rules, rules.length > 0 ? rules.map(lineOf) : ['no claim rules']);
      });
    });

  withAdministrationOptions(command.command('show <claim_rule_id>'), [
    'claim show 6f1c2a0e-6c1b-4a7f-9f3e-2b8d1c4e5a60',
  ])
    .description('show a claim rule')
    .action(async (claim_rule_id: string, options: AdministrationOptions) => {
      await withAdministration(options, async ({ claimRules }) => {
        const rule = await claimRules.find(claim_rule_id);
        print(options, rule, linesOf(rule));
      });
    });

  withRuleOptions(command, 'update <claim_rule_id>', [
    'claim update 6f1c2a0e-6c1b-4a7f-9f3e-2b8d1c4e5a60 --to userinfo,introspection',
  ])
    .description('change what the options name of a claim rule, and nothing else')
    .action(async (claim_rule_id: string, options: AdministrationOptions & RuleOptions) => {
      const { asking, client_id } = withOwnClient(options, options.forClient, '--for-client');
      await withAdministration(asking, async ({ claimRules, attributes }) => {
        const before = await claimRules.find(claim_rule_id);
        const said = { ...options, client_id };
        const specification = await specificationOf(before.claim, said, attributes, before);
        const rule = await claimRules.replace(claim_rule_id, specification, before.revision);
        print(options, rule, linesOf(rule));
      });
    });

  withAdministrationOptions(command.command('remove <claim_rule_id>'), [
    'claim remove 6f1c2a0e-6c1b-4a7f-9f3e-2b8d1c4e5a60',
  ])
    .description('take a claim away; tokens that have it keep it until they end')
    .action(async (claim_rule_id: string, options: AdministrationOptions) => {
      await withAdministration(options, async ({ claimRules }) => {
        await claimRules.remove(claim_rule_id);
        print(options, { claim_rule_id, removed: true }, [`${claim_rule_id} removed`]);
      });
    });

  return command;
}
