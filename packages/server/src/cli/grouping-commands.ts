import type { Command } from 'commander';
import type {
  Administration,
  GroupingAdministration,
  NamedHolders,
  WithHolders,
} from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { counted, type HolderOptions, namedHolders } from './named-holders.ts';
import { print } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

/** What commands do alike for groups and for roles, each in its own words. */
export type GroupingWords<Shown extends { readonly name: string }> = {
  of(
    administration: Administration,
  ): Pick<GroupingAdministration<Shown, never, never>, 'remove' | 'show' | 'give' | 'take'>;
  /** What it is known by, under its name in JSON. */
  idOf(shown: Shown): Readonly<Record<string, string>>;
  /** As commands name it: `group`, `role`. */
  readonly what: string;
  /** One who belongs to it, and several. */
  readonly holder: readonly [one: string, many: string];
  /** Adds the options that name several of them, which are these flags. */
  withHolders(command: Command): Command;
  readonly flags: string;
  readonly give: Described;
  readonly take: Described & { said(name: string, holders: string): string };
  readonly show: Described & { told(whole: WithHolders<Shown>): Told };
  readonly remove: Described;
};

type Described = { readonly verb: string; readonly description: string; readonly example: string };
type Told = { readonly answer: unknown; readonly lines: readonly string[] };

const sizeOf = ({ people, clients, groups }: NamedHolders): number =>
  people.length + clients.length + groups.length;

/** Adds the commands that show and remove one, and say who belongs to it. */
export function addGroupingCommands<Shown extends { readonly name: string }>(
  parent: Command,
  words: GroupingWords<Shown>,
): void {
  const { what, holder, idOf } = words;
  const command = ({ verb, description, example }: Described): Command =>
    withAdministrationOptions(parent.command(`${verb} <${what}>`), [
      `${what} ${verb} ${example}`,
    ]).description(description);

  command(words.show).action(async (named: string, options: AdministrationOptions) => {
    await withAdministration(options, async (administration) => {
      const { answer, lines } = words.show.told(await words.of(administration).show(named));
      print(options, answer, lines);
    });
  });

  command(words.remove).action(async (named: string, options: AdministrationOptions) => {
    await withAdministration(options, async (administration) => {
      const shown = await words.of(administration).remove(named);
      print(options, { ...idOf(shown), name: shown.name, removed: true }, [`${shown.name} removed`]);
    });
  });

  words
    .withHolders(command(words.give))
    .action(async (named: string, options: AdministrationOptions & HolderOptions) => {
      const holders = namedHolders(words.flags, options);
      await withAdministration(options, async (administration) => {
        const { shown, added } = await words.of(administration).give(named, holders);
        const before = { [`${holder[1]}_before`]: sizeOf(holders) - added };
        print(options, { ...idOf(shown), name: shown.name, added, ...before }, [
          `${shown.name}: ${counted(added, ...holder)} added`,
        ]);
      });
    });

  words
    .withHolders(command(words.take))
    .action(async (named: string, options: AdministrationOptions & HolderOptions) => {
      const holders = namedHolders(words.flags, options);
      await withAdministration(options, async (administration) => {
        const shown = await words.of(administration).take(named, holders);
        const removed = sizeOf(holders);
        print(options, { ...idOf(shown), name: shown.name, removed }, [
          words.take.said(shown.name, counted(removed, ...holder)),
        ]);
      });
    });
}
