import { Command } from 'commander';
import type { GroupShown, WithHolders } from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { addGroupingCommands } from './grouping-commands.ts';
import { holderLine, namedAnswer, onlyMember, withMemberOptions } from './named-holders.ts';
import { collected, type ProgressOptions, withProgressOption } from './progress.ts';
import { print, UsageError } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

const lineOf = ({ name, parent_name, description }: GroupShown): string =>
  [
    name,
    ...(parent_name === undefined ? [] : [`in ${parent_name}`]),
    ...(description === '' ? [] : [description]),
  ].join('  ');

const groupLines = ({ group_id, name, description, parent_name }: GroupShown): readonly string[] => [
  `group_id     ${group_id}`,
  `name         ${name}`,
  ...(description === '' ? [] : [`description  ${description}`]),
  ...(parent_name === undefined ? [] : [`in           ${parent_name}`]),
];

type FieldOptions = AdministrationOptions & {
  readonly name?: string;
  readonly description?: string;
  readonly parent?: string;
  readonly topLevel?: true;
};

function addAndUpdate(group: Command): void {
  withAdministrationOptions(group.command('add <name>'), [
    'group add engineering',
    'group add backend --parent engineering',
  ])
    .description('add a group of people and clients')
    .option('--description <text>', 'what the group is for')
    .option('--parent <group>', 'the group that contains it, by name or id')
    .action(async (name: string, options: FieldOptions) => {
      const { parent, description } = options;
      await withAdministration(options, async ({ groups }) => {
        const added = await groups.add({
          name,
          ...(description !== undefined && { description }),
          ...(parent !== undefined && { parent }),
        });
        print(options, added, groupLines(added));
      });
    });

  withAdministrationOptions(group.command('update <group>'), [
    'group update backend --name services',
    'group update backend --parent engineering',
  ])
    .description('change the name or description of a group, or which group contains it')
    .option('--name <name>', 'its new name')
    .option('--description <text>', 'what the group is for; an empty text takes it away')
    .option('--parent <group>', 'the group that contains it from now on, by name or id')
    .option('--top-level', 'no group contains it from now on')
    .action(async (named: string, options: FieldOptions) => {
      const { name, description, parent, topLevel } = options;
      if (parent !== undefined && topLevel) throw new UsageError('--parent or --top-level, not both');
      if (name === undefined && description === undefined && parent === undefined && !topLevel)
        throw new UsageError('nothing to change: --name, --description, --parent or --top-level');
      await withAdministration(options, async ({ groups }) => {
        const changed = await groups.update(named, {
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
          ...(topLevel ? { parent: null } : parent !== undefined && { parent }),
        });
        print(options, changed, groupLines(changed));
      });
    });
}

type ListOptions = AdministrationOptions &
  ProgressOptions & {
    readonly search?: string;
    readonly within?: string;
    readonly user?: string;
    readonly client?: string;
  };

function list(group: Command): void {
  withProgressOption(
    withAdministrationOptions(group.command('list'), ['group list', 'group list --user alice --json']),
  )
    .description('list groups by name, or those of a person or client')
    .option('--search <text>', 'those with this part in their names')
    .option('--within <group>', 'those that this group contains itself')
    .option('--user <username>', 'those of a person')
    .option('--client <client_id>', 'those of a client')
    .action(async (options: ListOptions) => {
      const { search, within } = options;
      const member = onlyMember(options);
      if (member && (search !== undefined || within !== undefined))
        throw new UsageError('--user and --client go without --search and --within');
      await withAdministration(options, async ({ groups }) => {
        if (member) {
          const { groups: held } = await groups.membershipsOf(...member);
          const lines = held.map(({ name, direct }) =>
            direct ? name : `${name}  (by a group that it contains)`,
          );
          return print(options, held, lines.length > 0 ? lines : ['no groups']);
        }
        const narrowed = { ...(search !== undefined && { search }), ...(within !== undefined && { within }) };
        const found = await collected(options, 'groups', groups.list(narrowed));
        print(options, found, found.length > 0 ? found.map(lineOf) : ['no groups']);
      });
    });
}

function toldWhole({ shown, people, clients, groups }: WithHolders<GroupShown>) {
  return {
    answer: {
      ...shown,
      ...namedAnswer(people, clients),
      groups: groups.map(({ id, name }) => ({ group_id: id, name })),
    },
    lines: [
      ...groupLines(shown),
      ...(shown.roles ?? []).map(({ name }) => `role         ${name}`),
      ...[...people, ...clients].map((member) => `member       ${holderLine(member)}`),
      ...groups.map(({ name }) => `contains     ${name}`),
    ],
  };
}

/** `countersign group …`: groups of people and clients, and their members. */
export function groupCommand(): Command {
  const group = new Command('group');
  addAndUpdate(group);
  list(group);
  addGroupingCommands<GroupShown>(group, {
    of: ({ groups }) => groups,
    idOf: ({ group_id }) => ({ group_id }),
    what: 'group',
    holder: ['member', 'members'],
    withHolders: withMemberOptions,
    flags: '--user or --client',
    show: {
      verb: 'show',
      description: 'show a group, its members, the groups it contains and the roles it holds',
      example: 'engineering',
      told: toldWhole,
    },
    remove: {
      verb: 'remove',
      description:
        'remove a group with its memberships and the roles it holds; one that contains groups stays',
      example: 'backend',
    },
    give: {
      verb: 'add-member',
      description: 'make people and clients members of a group, all or none',
      example: 'backend --user alice --client billing',
    },
    take: {
      verb: 'remove-member',
      description: 'take people and clients out of a group, all or none',
      example: 'backend --user alice',
      said: (name, members) => `${name}: ${members} taken out`,
    },
  });
  return group;
}
