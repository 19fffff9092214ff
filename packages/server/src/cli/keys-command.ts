import { timeText } from '@countersign/x509';
import { Command, Option } from 'commander';
import { removeRetiredSigningKey, rotateSigningKeys } from '../registration/key-rotation.ts';
import { describedKey } from '../token/described-key.ts';
import {
  accessTokenAlgorithm,
  isSigningKey,
  SERVER_KEY_ALGORITHMS,
  type ServerKeyAlgorithm,
  type StoredServerKey,
} from '../token/server-key.ts';
import { knownFrom } from '../token/signing-turnover.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';

/**
 * What is still to come of rotations.
 * @param now milliseconds since the epoch
 */
function turnover(keys: readonly StoredServerKey[], now: number): readonly string[] {
  const latest = (wanted: StoredServerKey['state']) =>
    Math.max(
      now,
      ...keys.filter((key) => key.state === wanted && isSigningKey(key)).map((key) => knownFrom(keys, key)),
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

function printKeys(options: GlobalOptions, keys: readonly StoredServerKey[], now: number): void {
  const answers = keys.map(describedKey);
  const lines = answers.map(
    ({ kid, alg, state, created_at }) => `${state.padEnd(8)}${alg.padEnd(13)}${kid}  since ${created_at}`,
  );
  const none = ['no signing keys yet; the first start makes them'];
  print(options, answers, lines.length > 0 ? [...lines, ...turnover(keys, now)] : none);
}

type RotateOptions = GlobalOptions & { readonly algorithm?: ServerKeyAlgorithm };

/** `countersign keys …`: what tokens are signed with, and request objects decrypted. */
export function keysCommand(): Command {
  const keys = new Command('keys');
  withGlobalOptions(keys.command('list'), 'keys list')
    .description('list the keys of this server: those that sign, and those that decrypt')
    .action((options: GlobalOptions) =>
      withOpenHome(options, async ({ storage, clock }) =>
        printKeys(options, await storage.signingKeys.list(), clock()),
      ),
    );
  withGlobalOptions(keys.command('rotate'), 'keys rotate --algorithm RS256')
    .description(
      'sign with the key published ahead, decrypt with a new one; the old ones still verify and decrypt',
    )
    .addOption(
      new Option('--algorithm <algorithm>', 'only the key of this one; left out, those of all').choices(
        SERVER_KEY_ALGORITHMS,
      ),
    )
    .action((options: RotateOptions) =>
      withOpenHome(options, async ({ storage, events, configuration, clock }) => {
        const { oauth, encryption } = configuration.atStart;
        printKeys(
          options,
          await rotateSigningKeys(
            storage,
            events,
            accessTokenAlgorithm(oauth),
            encryption.key,
            operator(),
            clock(),
            options.algorithm,
          ),
          clock(),
        );
      }),
    );
  withGlobalOptions(keys.command('remove <kid>'), 'keys remove 5fHn2mA0')
    .description(
      'end a retired key at once, because someone else has it: what it signed is no longer believed, what was encrypted to it no longer read',
    )
    .action((kid: string, options: GlobalOptions) =>
      withOpenHome(options, async ({ storage, events }) => {
        const outcome = await removeRetiredSigningKey(storage, events, kid, operator());
        if (outcome === 'unknown') throw new Refused(`there is no signing key ${kid}`);
        if (outcome === 'in use')
          throw new Refused(`${kid} is in use; rotate first: countersign keys rotate`);
        print(options, { kid, removed: true }, [`${kid} removed`]);
      }),
    );
  return keys;
}
