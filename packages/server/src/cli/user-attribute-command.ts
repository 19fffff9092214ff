import { Command } from 'commander';
import type { AttributeDefinition } from '../user/attribute-definition.ts';
import { attributeType } from '../user/person-attributes.ts';
import type { User } from '../user/user.ts';
import { valueOfText } from '../user/value-type.ts';
import { accountAnswer } from './account-answer.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  UsageError,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';
import { atHomeOnly, HOME_ALONE } from './server-option.ts';

/**
 * The claims of an account with what `name=value` pairs say of them.
 * @throws UsageError
 */
function attributesSet(
  before: User['claims'],
  pairs: readonly string[],
  definitions: readonly AttributeDefinition[],
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
  return atHomeOnly(
    withGlobalOptions(
      new Command('set-attribute').argument('<username>').argument('<name=value...>'),
      'user set-attribute alice department=Sales locale=de',
      'user set-attribute alice cost_centre=41 cost_centre=42 nickname=',
    ),
    HOME_ALONE,
  )
    .description('set attributes of a person: a name with no value takes it away, one named twice has a list')
    .action(async (username: string, pairs: readonly string[], options: GlobalOptions) => {
      await withOpenHome(options, async ({ accounts, storage }) => {
        const user = await storage.users.findByUsername(username);
        if (!user) throw new Refused(`no account has the username ${JSON.stringify(username)}`);
        const definitions = await storage.attributeDefinitions.list();
        const claims = attributesSet(user.claims, pairs, definitions);
        const changed = await accounts.update(username, { claims }, operator(), [user.revision]);
        print(
          options,
          accountAnswer(changed),
          Object.entries(changed.claims).map(([name, value]) => `${name}  ${JSON.stringify(value)}`),
        );
      });
    });
}
