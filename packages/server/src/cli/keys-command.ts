import { timeText } from '@countersign/x509';
import { Command, Option } from 'commander';
import type { DescribedKey } from '../token/described-key.ts';
import { SERVER_KEY_ALGORITHMS, type ServerKeyAlgorithm } from '../token/server-key.ts';
import { withAdministration } from './administration/with-administration.ts';
import { print, Refused } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

/**
 * What is still to come of rotations.
 * @param now milliseconds since the epoch
 */
function turnover(keys: readonly DescribedKey[], now: number): readonly string[] {
  const latest = (wanted: DescribedKey['state']) =>
    Math.max(
      now,
      ...keys.flatMap(({ state, known_from }) =>
        state === wanted && known_from !== undefined ? [Date.parse(known_from)] : [],
      ),
    );
  const [active, next] = [latest('active'), latest('next')];
  return [
    ...(active > now
      ? [
          `The active keys sign from ${timeText(active)} on, once everybody who verifies tokens knows them; until then those before them.`,
        ]
      : []),
    next > now
      ? `The next rotation is safe, and has its effect at once, from ${timeText(next)} on.`
      : 'The next rotation is safe at any time.',
  ];
}

function printKeys(options: AdministrationOptions, keys: readonly DescribedKey[], now: number): void {
  const lines = keys.map(
    ({ kid, alg, state, created_at }) => `${state.padEnd(8)}${alg.padEnd(13)}${kid}  since ${created_at}`,
  );
  const none = ['no signing keys yet; the first start makes them'];
  print(options, keys, lines.length > 0 ? [...lines, ...turnover(keys, now)] : none);
}

type RotateOptions = AdministrationOptions & { readonly algorithm?: ServerKeyAlgorithm };

/** `countersign keys …`: what tokens are signed with, and request objects decrypted. */
export function keysCommand(): Command {
  const keys = new Command('keys');
  withAdministrationOptions(keys.command('list'), ['keys list'])
    .description('list the keys of this server: those that sign, and those that decrypt')
    .action((options: AdministrationOptions) =>
      withAdministration(options, async ({ keys: signing, clock }) =>
        printKeys(options, await signing.list(), clock()),
      ),
    );
  withAdministrationOptions(keys.command('rotate'), ['keys rotate --algorithm RS256'])
    .description(
      'sign with the key published ahead, decrypt with a new one; the old ones still verify and decrypt',
    )
    .addOption(
      new Option('--algorithm <algorithm>', 'only the key of this one; left out, those of all').choices(
        SERVER_KEY_ALGORITHMS,
      ),
    )
    .action((options: RotateOptions) =>
      withAdministration(options, async ({ keys: signing, clock }) =>
        printKeys(options, await signing.rotate(options.algorithm), clock()),
      ),
    );
  withAdministrationOptions(keys.command('remove <kid>'), ['keys remove 5fHn2mA0'])
    .description(
      'end a retired key at once, because someone else has it: what it signed is no longer believed, what was encrypted to it no longer read',
    )
    .action((kid: string, options: AdministrationOptions) =>
      withAdministration(options, async ({ keys: signing }) => {
        const outcome = await signing.remove(kid);
        if (outcome === 'unknown') throw new Refused(`there is no signing key ${kid}`);
        if (outcome === 'in use')
          throw new Refused(`${kid} is in use; rotate first: countersign keys rotate`);
        print(options, { kid, removed: true }, [`${kid} removed`]);
      }),
    );
  return keys;
}
