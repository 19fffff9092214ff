import { Command } from 'commander';
import type { AttributeDefinition } from '../user/attribute-definition.ts';
import { attributeType } from '../user/person-attributes.ts';
import type { User } from '../user/user.ts';
import { valueOfText } from '../user/value-type.ts';
import { accountAnswer } from './account-answer.ts';
import { withAdministration } from './administration/with-administration.ts';
import { print, Refused, UsageError } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

/**
 * The claims of an account with what `name=value` pairs say of them.
 * @throws UsageError
 */
function attributesSet(
  before: User['claims'],
  pairs: readonly string[],
  definitions: readonly Pick<AttributeDefinition, 'name' | 'type' | 'list'>[],
): User['claims'] {
  const read = pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`${pair} is not name=value`);
    return { name: pair.slice(0, at), text: pair.slice(at + 1) };
  });
  const after: Record<string, unknown> = { ...before };
  for (const [name, given] of Map.groupBy(read, (each) => each.name)) {
    const definition = definitions.find((each) => each.name === name);
    const type = attributeType(name, definitions) ?? 'string';
    const values = given.filter(({ text }) => text !== '').map(({ text }) => valueOfText(type, text));
    if (values.length === 0) delete after[name];
    else after[name] = definition?.list || values.length > 1 ? values : values[0];
  }
  return after;
}

/** `countersign user set-attribute`. */
export function setAttributeCommand(): Command {
  return withAdministrationOptions(
    new Command('set-attribute').argument('<username>').argument('<name=value...>'),
    [
      'user set-attribute alice department=Sales locale=de',
      'user set-attribute alice cost_centre=41 cost_centre=42 nickname=',
    ],
  )
    .description('set attributes of a person: a name with no value takes it away, one named twice has a list')
    .action(async (username: string, pairs: readonly string[], options: AdministrationOptions) => {
      await withAdministration(options, async ({ people, attributes }) => {
        const found = await people.find(username);
        if (!found) throw new Refused(`no account has the username ${JSON.stringify(username)}`);
        const claims = attributesSet(found.claims, pairs, await attributes.list());
        const changed = await people.changeClaims(found, claims);
        print(
          options,
          accountAnswer(changed),
          Object.entries(changed.claims).map(([name, value]) => `${name}  ${JSON.stringify(value)}`),
        );
      });
    });
}
