import { Command, InvalidArgumentError, Option } from 'commander';
import type { AttributeSpecification } from '../user/attribute-definition.ts';
import { VALUE_TYPES, type ValueType } from '../user/value-type.ts';
import type { AttributeShown } from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { print } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

type DefinitionOptions = {
  readonly type?: ValueType;
  readonly list?: boolean;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly title?: string;
};

function wholeNumber(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return Number(text);
}

const withDefinitionOptions = (command: Command): Command =>
  command
    .addOption(new Option('--type <type>', 'the type of its values').choices(VALUE_TYPES))
    .option('--list', 'a person has a list of values')
    .option('--pattern <expression>', 'a regular expression that each value matches whole')
    .option('--max-length <characters>', 'the most characters of a value', wholeNumber)
    .option('--minimum <number>', 'the least value of an integer', wholeNumber)
    .option('--maximum <number>', 'the greatest value of an integer', wholeNumber)
    .option('--title <text>', 'how the consent page calls it');

/** What the options say, over what was there before. */
function specificationOf(
  options: DefinitionOptions,
  before: Partial<AttributeSpecification> = {},
): AttributeSpecification {
  const { pattern = before.pattern, maxLength: max_length = before.max_length } = options;
  const { minimum = before.minimum, maximum = before.maximum, title = before.title } = options;
  return {
    type: options.type ?? before.type ?? 'string',
    list: options.list ?? before.list ?? false,
    ...(pattern !== undefined && { pattern }),
    ...(max_length !== undefined && { max_length }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(title !== undefined && { title }),
  };
}

const lineOf = ({ name, type, list, title }: AttributeShown): string =>
  [name, list ? `list of ${type}` : type, ...(title === undefined ? [] : [title])].join('  ');

/** `countersign attribute …`: what values of attributes of people may be. */
export function attributeCommand(): Command {
  const command = new Command('attribute');

  withDefinitionOptions(
    withAdministrationOptions(command.command('add <name>'), [
      'attribute add department --type string --title Department',
    ]),
  )
    .description('define an attribute of people, of type string where nothing is said')
    .action(async (name: string, options: AdministrationOptions & DefinitionOptions) => {
      await withAdministration(options, async ({ attributes }) => {
        const added = await attributes.add(name, specificationOf(options));
        print(options, added, [lineOf(added)]);
      });
    });

  withAdministrationOptions(command.command('list'), ['attribute list'])
    .description('list the attributes that are defined')
    .action(async (options: AdministrationOptions) => {
      await withAdministration(options, async ({ attributes }) => {
        const all = await attributes.list();
        print(options, all, all.length > 0 ? all.map(lineOf) : ['no attributes']);
      });
    });

  withDefinitionOptions(
    withAdministrationOptions(command.command('update <name>'), [
      "attribute update department --pattern '[A-Z]{2}-[0-9]+'",
    ]),
  )
    .description('change what the options name of a definition; values that accounts have stay as they are')
    .action(async (name: string, options: AdministrationOptions & DefinitionOptions) => {
      await withAdministration(options, async ({ attributes }) => {
        const before = await attributes.find(name);
        const after = await attributes.replace(name, specificationOf(options, before), before.revision);
        print(options, after, [lineOf(after)]);
      });
    });

  withAdministrationOptions(command.command('remove <name>'), ['attribute remove department'])
    .description('remove the definition of an attribute; the values stay, judged by nobody')
    .action(async (name: string, options: AdministrationOptions) => {
      await withAdministration(options, async ({ attributes }) => {
        await attributes.remove(name);
        print(options, { name, removed: true }, [`${name} removed`]);
      });
    });

  return command;
}
