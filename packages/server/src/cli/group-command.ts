import { Command } from 'commander';
import { groupAnswer, wholeGroupAnswer } from '../admin/group-resource.ts';
import { membershipsAnswer } from '../admin/membership-resource.ts';
import { createGroupRegistrar } from '../registration/group-registrar.ts';
import type { OpenHome } from '../server/open-home.ts';
import { everyItem } from '../storage/every-item.ts';
import type { FoundGroup } from '../user/group.ts';
import type { Member } from '../user/membership.ts';
import {
  all,
  counted,
  groupNamed,
  holderLine,
  membersNamed,
  type NamedMembers,
  namedAnswer,
  onlyMember,
  withMemberOptions,
} from './named-holders.ts';
import { collected, type ProgressOptions, withProgressOption } from './progress.ts';
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
  createGroupRegistrar(storage, events, clock);

const lineOf = ({ name, parent_name, description }: FoundGroup): string =>
  [
    name,
    ...(parent_name === undefined ? [] : [`in ${parent_name}`]),
    ...(description === '' ? [] : [description]),
  ].join('  ');

const groupLines = ({ group_id, name, description, parent_name }: FoundGroup): readonly string[] => [
  `group_id     ${group_id}`,
  `name         ${name}`,
  ...(description === '' ? [] : [`description  ${description}`]),
  ...(parent_name === undefined ? [] : [`in           ${parent_name}`]),
];

type FieldOptions = GlobalOptions & {
  readonly name?: string;
  readonly description?: string;
  readonly parent?: string;
  readonly topLevel?: true;
};

function addAndUpdate(group: Command): void {
  withGlobalOptions(
    group.command('add <name>'),
    'group add engineering',
    'group add backend --parent engineering',
  )
    .description('add a group of people and clients')
    .option('--description <text>', 'what the group is for')
    .option('--parent <group>', 'the group that contains it, by name or id')
    .action(async (name: string, { parent, description, ...options }: FieldOptions) => {
      await withOpenHome(options, async (opened) => {
        const above = parent === undefined ? undefined : await groupNamed(opened.storage, parent);
        const added = await registrarOf(opened).add(
          { name, description, parent: above?.group_id },
          operator(),
        );
        print(options, groupAnswer(added), groupLines(added));
      });
    });

  withGlobalOptions(
    group.command('update <group>'),
    'group update backend --name services',
    'group update backend --parent engineering',
  )
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
      await withOpenHome(options, async (opened) => {
        const { group_id } = await groupNamed(opened.storage, named);
        const above = parent === undefined ? undefined : await groupNamed(opened.storage, parent);
        const changes = { name, description, parent: topLevel ? null : above?.group_id };
        const changed = await registrarOf(opened).update(group_id, changes, operator());
        print(options, groupAnswer(changed), groupLines(changed));
      });
    });
}

type ListOptions = ProgressOptions & {
  readonly search?: string;
  readonly within?: string;
  readonly user?: string;
  readonly client?: string;
};

async function listOf(options: ListOptions, { storage }: OpenHome, member: Member): Promise<void> {
  if (options.search !== undefined || options.within !== undefined)
    throw new UsageError('--user and --client go without --search and --within');
  const { groups } = membershipsAnswer(await storage.groups.belongingsOf(member));
  const lines = groups.map(({ name, direct }) => (direct ? name : `${name}  (by a group that it contains)`));
  print(options, groups, lines.length > 0 ? lines : ['no groups']);
}

function listAndShow(group: Command): void {
  withProgressOption(withGlobalOptions(group.command('list'), 'group list', 'group list --user alice --json'))
    .description('list groups by name, or those of a person or client')
    .option('--search <text>', 'those with this part in their names')
    .option('--within <group>', 'those that this group contains itself')
    .option('--user <username>', 'those of a person')
    .option('--client <client_id>', 'those of a client')
    .action(async (options: ListOptions) => {
      await withOpenHome(options, async (opened) => {
        const { storage } = opened;
        const member = await onlyMember(storage, options);
        if (member) return await listOf(options, opened, member);
        const { search, within } = options;
        const above = within === undefined ? undefined : await groupNamed(storage, within);
        const narrowed = {
          ...(search !== undefined && { search }),
          ...(above && { within: above.group_id }),
        };
        const pages = everyItem<FoundGroup>((page) => storage.groups.list({ ...page, ...narrowed }));
        const found = await collected(options, 'groups', pages);
        print(options, found.map(groupAnswer), found.length > 0 ? found.map(lineOf) : ['no groups']);
      });
    });

  withGlobalOptions(group.command('show <group>'), 'group show engineering')
    .description('show a group, its members, the groups it contains and the roles it holds')
    .action(async (named: string, options: GlobalOptions) => {
      await withOpenHome(options, async ({ storage }) => {
        const found = await groupNamed(storage, named);
        const { group_id } = found;
        const [people, clients, inner, answer] = await Promise.all([
          all((page) => storage.groups.members(group_id, 'person', page)),
          all((page) => storage.groups.members(group_id, 'client', page)),
          all((page) => storage.groups.list({ ...page, within: group_id })),
          wholeGroupAnswer(storage, found),
        ]);
        const whole = {
          ...answer,
          ...namedAnswer(people, clients),
          groups: inner.map(({ group_id, name }) => ({ group_id, name })),
        };
        print(options, whole, [
          ...groupLines(found),
          ...answer.roles.map(({ name }) => `role         ${name}`),
          ...[...people, ...clients].map((member) => `member       ${holderLine(member)}`),
          ...inner.map(({ name }) => `contains     ${name}`),
        ]);
      });
    });
}

/** `countersign group …`: groups of people and clients, and their members. */
export function groupCommand(): Command {
  const group = new Command('group');
  addAndUpdate(group);
  listAndShow(group);

  withGlobalOptions(group.command('remove <group>'), 'group remove backend')
    .description('remove a group with its memberships and the roles it holds; one that contains groups stays')
    .action(async (named: string, options: GlobalOptions) => {
      await withOpenHome(options, async (opened) => {
        const { group_id, name } = await groupNamed(opened.storage, named);
        await registrarOf(opened).remove(group_id, operator());
        print(options, { group_id, name, removed: true }, [`${name} removed`]);
      });
    });

  withMemberOptions(
    withGlobalOptions(
      group.command('add-member <group>'),
      'group add-member backend --user alice --client billing',
    ),
  )
    .description('make people and clients members of a group, all or none')
    .action(async (named: string, options: GlobalOptions & NamedMembers) => {
      await withOpenHome(options, async (opened) => {
        const members = await membersNamed(opened.storage, options);
        const { group_id, name } = await groupNamed(opened.storage, named);
        const added = await registrarOf(opened).addMembers(group_id, members, operator());
        print(
          options,
          { group_id, name, added: added.length, members_before: members.length - added.length },
          [`${name}: ${counted(added.length, 'member', 'members')} added`],
        );
      });
    });

  withMemberOptions(
    withGlobalOptions(group.command('remove-member <group>'), 'group remove-member backend --user alice'),
  )
    .description('take people and clients out of a group, all or none')
    .action(async (named: string, options: GlobalOptions & NamedMembers) => {
      await withOpenHome(options, async (opened) => {
        const members = await membersNamed(opened.storage, options);
        const { group_id, name } = await groupNamed(opened.storage, named);
        await registrarOf(opened).takeOut(group_id, members, operator());
        print(options, { group_id, name, removed: members.length }, [
          `${name}: ${counted(members.length, 'member', 'members')} taken out`,
        ]);
      });
    });

  for (const each of group.commands) atHomeOnly(each, HOME_ALONE);
  return group;
}
