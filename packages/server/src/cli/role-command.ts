import { Command } from 'commander';
import { membershipsAnswer } from '../admin/membership-resource.ts';
import { roleAnswer, wholeRoleAnswer } from '../admin/role-resource.ts';
import { createRoleRegistrar } from '../registration/role-registrar.ts';
import type { OpenHome } from '../server/open-home.ts';
import type { NamedHolder, Role } from '../user/group.ts';
import {
  all,
  counted,
  groupNamed,
  holderLine,
  holdersNamed,
  type NamedHolders,
  namedAnswer,
  onlyMember,
  roleNamed,
  withHolderOptions,
} from './named-holders.ts';
import {
  type GlobalOptions,
  operator,
  print,
  UsageError,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';
import { atHomeOnly, HOME_ALONE } from './server-option.ts';

const registrarOf = ({ storage, events, clock }: Pick<OpenHome, 'storage' | 'events' | 'clock'>) =>
  createRoleRegistrar(storage, events, clock);

const roleLines = ({ role_id, name, description }: Role): readonly string[] => [
  `role_id      ${role_id}`,
  `name         ${name}`,
  ...(description === '' ? [] : [`description  ${description}`]),
];

type FieldOptions = GlobalOptions & { readonly name?: string; readonly description?: string };

type ListOptions = GlobalOptions & {
  readonly search?: string;
  readonly user?: string;
  readonly client?: string;
  readonly group?: string;
};

async function listRoles(options: ListOptions, { storage }: OpenHome): Promise<void> {
  const { search, group } = options;
  const narrowing = [search, options.user, options.client, group].filter((each) => each !== undefined);
  if (narrowing.length > 1) throw new UsageError('--search, --user, --client or --group, not several');
  const member = await onlyMember(storage, options);
  if (member) {
    const { roles } = membershipsAnswer(await storage.groups.belongingsOf(member));
    const lines = roles.map(({ name, groups }) =>
      groups.length === 0 ? name : `${name}  (by ${groups.join(', ')})`,
    );
    return print(options, roles, lines.length > 0 ? lines : ['no roles']);
  }
  const found =
    group === undefined
      ? await all((page) => storage.roles.list({ ...page, ...(search !== undefined && { search }) }))
      : await storage.roles.ofGroup((await groupNamed(storage, group)).group_id);
  const lines = found.map(({ name, description }) => (description === '' ? name : `${name}  ${description}`));
  print(options, found.map(roleAnswer), lines.length > 0 ? lines : ['no roles']);
}

function addAndUpdate(role: Command): void {
  withGlobalOptions(role.command('add <name>'), 'role add invoices.read --description "sees invoices"')
    .description('add a role of applications; administrator roles are those of countersign user')
    .option('--description <text>', 'what who holds it may do')
    .action(async (name: string, options: FieldOptions) => {
      await withOpenHome(options, async (opened) => {
        const { description } = options;
        const added = await registrarOf(opened).add({ name, description }, operator());
        print(options, roleAnswer(added), roleLines(added));
      });
    });

  withGlobalOptions(role.command('update <role>'), 'role update invoices.read --name invoices:read')
    .description('change the name or description of a role')
    .option('--name <name>', 'its new name')
    .option('--description <text>', 'what who holds it may do; an empty text takes it away')
    .action(async (named: string, options: FieldOptions) => {
      const { name, description } = options;
      if (name === undefined && description === undefined)
        throw new UsageError('nothing to change: --name or --description');
      await withOpenHome(options, async (opened) => {
        const { role_id } = await roleNamed(opened.storage, named);
        const changed = await registrarOf(opened).update(role_id, { name, description }, operator());
        print(options, roleAnswer(changed), roleLines(changed));
      });
    });
}

function listAndShow(role: Command): void {
  withGlobalOptions(role.command('list'), 'role list', 'role list --user alice --json')
    .description('list roles by name, or those of a person, client or group')
    .option('--search <text>', 'those with this part in their names')
    .option('--user <username>', 'those of a person, those of its groups included')
    .option('--client <client_id>', 'those of a client, those of its groups included')
    .option('--group <group>', 'those that a group holds itself, by name or id')
    .action(async (options: ListOptions) => {
      await withOpenHome(options, (opened) => listRoles(options, opened));
    });

  withGlobalOptions(role.command('show <role>'), 'role show invoices.read')
    .description('show a role and who holds it')
    .action(async (named: string, options: GlobalOptions) => {
      await withOpenHome(options, async ({ storage }) => {
        const found = await roleNamed(storage, named);
        const holders = (kind: NamedHolder['kind']) =>
          all<NamedHolder>((page) => storage.roles.holders(found.role_id, kind, page));
        const [people, clients, groups, answer] = await Promise.all([
          holders('person'),
          holders('client'),
          holders('group'),
          wholeRoleAnswer(storage, found),
        ]);
        const whole = {
          ...answer,
          ...namedAnswer(people, clients),
          groups: groups.map(({ id, name }) => ({ group_id: id, name })),
        };
        print(options, whole, [
          ...roleLines(found),
          ...[...people, ...clients, ...groups].map((holder) => `held by      ${holderLine(holder)}`),
        ]);
      });
    });
}

/** `countersign role …`: what applications know people, clients and groups by. */
export function roleCommand(): Command {
  const role = new Command('role');
  addAndUpdate(role);
  listAndShow(role);

  withGlobalOptions(role.command('remove <role>'), 'role remove invoices.read')
    .description('remove a role; nobody holds it any more')
    .action(async (named: string, options: GlobalOptions) => {
      await withOpenHome(options, async (opened) => {
        const { role_id, name } = await roleNamed(opened.storage, named);
        await registrarOf(opened).remove(role_id, operator());
        print(options, { role_id, name, removed: true }, [`${name} removed`]);
      });
    });

  withHolderOptions(
    withGlobalOptions(
      role.command('assign <role>'),
      'role assign invoices.read --group backend --client billing',
    ),
  )
    .description('give a role to people, clients and groups, all or none')
    .action(async (named: string, options: GlobalOptions & NamedHolders) => {
      await withOpenHome(options, async (opened) => {
        const holders = await holdersNamed(opened.storage, options);
        const { role_id, name } = await roleNamed(opened.storage, named);
        const added = await registrarOf(opened).assign(role_id, holders, operator());
        print(
          options,
          { role_id, name, added: added.length, holders_before: holders.length - added.length },
          [`${name}: ${counted(added.length, 'holder', 'holders')} added`],
        );
      });
    });

  withHolderOptions(
    withGlobalOptions(role.command('unassign <role>'), 'role unassign invoices.read --user alice'),
  )
    .description('take a role from people, clients and groups, all or none')
    .action(async (named: string, options: GlobalOptions & NamedHolders) => {
      await withOpenHome(options, async (opened) => {
        const holders = await holdersNamed(opened.storage, options);
        const { role_id, name } = await roleNamed(opened.storage, named);
        await registrarOf(opened).unassign(role_id, holders, operator());
        print(options, { role_id, name, removed: holders.length }, [
          `${name}: taken from ${counted(holders.length, 'holder', 'holders')}`,
        ]);
      });
    });

  for (const each of role.commands) atHomeOnly(each, HOME_ALONE);
  return role;
}
