import { Command, InvalidArgumentError, Option } from 'commander';
import { claimRuleAnswer } from '../admin/claim-rule-resource.ts';
import {
  CLAIM_DESTINATIONS,
  type ClaimRule,
  ClaimSource,
  ClaimSpecification,
  type ClaimSpecification as Specification,
} from '../claim/claim-rule.ts';
import { createClaimRules } from '../registration/claim-rules.ts';
import type { OpenHome } from '../server/open-home.ts';
import {
  type GlobalOptions,
  operator,
  print,
  UsageError,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';
import { atHomeOnly, HOME_ALONE } from './server-option.ts';

/** What claims can be made of, by the word of `--from`. */
const FROM = ['groups', 'roles', 'person_attribute', 'client_attribute', 'value', 'plug_in'] as const;

type RuleOptions = {
  readonly scope?: string;
  readonly clientId?: string;
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

const withRuleOptions = (command: Command): Command =>
  command
    .option('--scope <scope>', 'the scope that gives it, once a person agreed to it')
    .option('--client-id <id>', 'the one client that gets it')
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
  { attributeDefinitions }: OpenHome['storage'],
): Promise<Specification['form']> {
  if (source.from === 'groups' || source.from === 'roles') return 'list';
  if (source.from === 'value') return Array.isArray(source.value) ? 'list' : 'single';
  if (source.from !== 'person_attribute') return 'single';
  return (await attributeDefinitions.find(source.attribute))?.list ? 'list' : 'single';
}

/** The rule that the options make, of `before` where they say nothing. @throws UsageError */
async function specificationOf(
  claim: string,
  options: RuleOptions,
  storage: OpenHome['storage'],
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
    client_id: options.clientId ?? before.client_id,
    source,
    destinations: options.to ?? before.destinations ?? [],
    form: options.form ?? before.form ?? (await usualForm(read.data, storage)),
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

const linesOf = (rule: ClaimRule): readonly string[] => {
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

const lineOf = ({ claim_rule_id, claim, scope, client_id, source, destinations }: ClaimRule): string =>
  [
    claim_rule_id,
    claim,
    ...(scope === undefined ? [] : [`scope ${scope}`]),
    ...(client_id === undefined ? [] : [`client ${client_id}`]),
    `from ${sourceInWords(source)}`,
    `to ${destinations.join(',')}`,
  ].join('  ');

const rulesOf = ({ storage, events, clock }: OpenHome) => createClaimRules(storage, events, clock);

/** `countersign claim …`: the claims that operators define. */
export function claimCommand(): Command {
  const command = new Command('claim');

  withRuleOptions(
    withGlobalOptions(
      command.command('add <claim>'),
      'claim add groups --scope groups --from groups --to id_token,userinfo',
    ),
  )
    .description('define a claim; it counts at once')
    .action(async (claim: string, options: GlobalOptions & RuleOptions) => {
      await withOpenHome(options, async (opened) => {
        const specification = await specificationOf(claim, options, opened.storage);
        const rule = await rulesOf(opened).add(specification, operator());
        print(options, claimRuleAnswer(rule), linesOf(rule));
      });
    });

  withGlobalOptions(command.command('list'), 'claim list')
    .description('list claim rules, by claim')
    .action(async (options: GlobalOptions) => {
      await withOpenHome(options, async (opened) => {
        const rules = await rulesOf(opened).list();
        print(options, rules.map(claimRuleAnswer), rules.length > 0 ? rules.map(lineOf) : ['no claim rules']);
      });
    });

  withGlobalOptions(
    command.command('show <claim_rule_id>'),
    'claim show 6f1c2a0e-6c1b-4a7f-9f3e-2b8d1c4e5a60',
  )
    .description('show a claim rule')
    .action(async (claim_rule_id: string, options: GlobalOptions) => {
      await withOpenHome(options, async (opened) => {
        const rule = await rulesOf(opened).find(claim_rule_id);
        print(options, claimRuleAnswer(rule), linesOf(rule));
      });
    });

  withRuleOptions(
    withGlobalOptions(
      command.command('update <claim_rule_id>'),
      'claim update 6f1c2a0e-6c1b-4a7f-9f3e-2b8d1c4e5a60 --to userinfo,introspection',
    ),
  )
    .description('change what the options name of a claim rule, and nothing else')
    .action(async (claim_rule_id: string, options: GlobalOptions & RuleOptions) => {
      await withOpenHome(options, async (opened) => {
        const rules = rulesOf(opened);
        const before = await rules.find(claim_rule_id);
        const specification = await specificationOf(before.claim, options, opened.storage, before);
        const rule = await rules.replace(claim_rule_id, specification, operator(), [before.revision]);
        print(options, claimRuleAnswer(rule), linesOf(rule));
      });
    });

  withGlobalOptions(
    command.command('remove <claim_rule_id>'),
    'claim remove 6f1c2a0e-6c1b-4a7f-9f3e-2b8d1c4e5a60',
  )
    .description('take a claim away; tokens that have it keep it until they end')
    .action(async (claim_rule_id: string, options: GlobalOptions) => {
      await withOpenHome(options, async (opened) => {
        await rulesOf(opened).remove(claim_rule_id, operator());
        print(options, { claim_rule_id, removed: true }, [`${claim_rule_id} removed`]);
      });
    });

  for (const each of command.commands) atHomeOnly(each, HOME_ALONE);
  return command;
}
