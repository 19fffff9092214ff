import { Command } from 'commander';
import type { Administration, RoleShown, WithHolders } from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { addGroupingCommands } from './grouping-commands.ts';
import { holderLine, namedAnswer, onlyMember, withHolderOptions } from './named-holders.ts';
import { print, UsageError } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

const roleLines = ({ role_id, name, description }: RoleShown): readonly string[] => [
  `role_id      ${role_id}`,
  `name         ${name}`,
  ...(description === '' ? [] : [`description  ${description}`]),
];

type FieldOptions = AdministrationOptions & { readonly name?: string; readonly description?: string };

type ListOptions = AdministrationOptions & {
  readonly search?: string;
  readonly user?: string;
  readonly client?: string;
  readonly group?: string;
};

async function listRoles(options: ListOptions, { groups, roles }: Administration): Promise<void> {
  const { search, group } = options;
  const member = onlyMember(options);
  if (member) {
    const { roles: held } = await groups.membershipsOf(...member);
    const lines = held.map(({ name, groups: by }) =>
      by.length === 0 ? name : `${name}  (by ${by.join(', ')})`,
    );
    return print(options, held, lines.length > 0 ? lines : ['no roles']);
  }
  const found =
    group === undefined
      ? await Array.fromAsync(roles.list(search === undefined ? {} : { search }))
      : await roles.ofGroup(group);
  const lines = found.map(({ name, description }) => (description === '' ? name : `${name}  ${description}`));
  print(options, found, lines.length > 0 ? lines : ['no roles']);
}

function addAndUpdate(role: Command): void {
  withAdministrationOptions(role.command('add <name>'), [
    'role add invoices.read --description "sees invoices"',
  ])
    .description('add a role of applications; administrator roles are those of countersign user')
    .option('--description <text>', 'what who holds it may do')
    .action(async (name: string, options: FieldOptions) => {
      const { description } = options;
      await withAdministration(options, async ({ roles }) => {
        const added = await roles.add({ name, ...(description !== undefined && { description }) });
        print(options, added, roleLines(added));
      });
    });

  withAdministrationOptions(role.command('update <role>'), ['role update invoices.read --name invoices:read'])
    .description('change the name or description of a role')
    .option('--name <name>', 'its new name')
    .option('--description <text>', 'what who holds it may do; an empty text takes it away')
    .action(async (named: string, options: FieldOptions) => {
      const { name, description } = options;
      if (name === undefined && description === undefined)
        throw new UsageError('nothing to change: --name or --description');
      await withAdministration(options, async ({ roles }) => {
        const changed = await roles.update(named, {
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
        });
        print(options, changed, roleLines(changed));
      });
    });
}

function list(role: Command): void {
  withAdministrationOptions(role.command('list'), ['role list', 'role list --user alice --json'])
    .description('list roles by name, or those of a person, client or group')
    .option('--search <text>', 'those with this part in their names')
    .option('--user <username>', 'those of a person, those of its groups included')
    .option('--client <client_id>', 'those of a client, those of its groups included')
    .option('--group <group>', 'those that a group holds itself, by name or id')
    .action(async (options: ListOptions) => {
      const { search, user, client, group } = options;
      if ([search, user, client, group].filter((each) => each !== undefined).length > 1)
        throw new UsageError('--search, --user, --client or --group, not several');
      await withAdministration(options, (administration) => listRoles(options, administration));
    });
}

function toldWhole({ shown, people, clients, groups }: WithHolders<RoleShown>) {
  return {
    answer: {
      ...shown,
      ...namedAnswer(people, clients),
      groups: groups.map(({ id, name }) => ({ group_id: id, name })),
    },
    lines: [
      ...roleLines(shown),
      ...[...people, ...clients, ...groups].map((holder) => `held by      ${holderLine(holder)}`),
    ],
  };
}

/** `countersign role …`: what applications know people, clients and groups by. */
export function roleCommand(): Command {
  const role = new Command('role');
  addAndUpdate(role);
  list(role);
  addGroupingCommands<RoleShown>(role, {
    of: ({ roles }) => roles,
    idOf: ({ role_id }) => ({ role_id }),
    what: 'role',
    holder: ['holder', 'holders'],
    withHolders: withHolderOptions,
    flags: '--user, --client or --group',
    show: {
      verb: 'show',
      description: 'show a role and who holds it',
      example: 'invoices.read',
      told: toldWhole,
    },
    remove: {
      verb: 'remove',
      description: 'remove a role; nobody holds it any more',
      example: 'invoices.read',
    },
    give: {
      verb: 'assign',
      description: 'give a role to people, clients and groups, all or none',
      example: 'invoices.read --group backend --client billing',
    },
    take: {
      verb: 'unassign',
      description: 'take a role from people, clients and groups, all or none',
      example: 'invoices.read --user alice',
      said: (name, holders) => `${name}: taken from ${holders}`,
    },
  });
  return role;
}
