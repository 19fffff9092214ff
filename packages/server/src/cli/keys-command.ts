import { nearestTime } from '@countersign/x509';
import { Command } from 'commander';
import { removeRetiredSigningKey, rotateSigningKeys } from '../registration/key-rotation.ts';
import type { StoredSigningKey } from '../token/signing-key.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';

const answerOf = ({ kid, alg, state, created_at, retired_at }: StoredSigningKey) => ({
  kid,
  alg,
  state,
  created_at: nearestTime(created_at),
  ...(retired_at !== undefined && { retired_at: nearestTime(retired_at) }),
});

function printKeys(options: GlobalOptions, keys: readonly StoredSigningKey[]): void {
  const answers = keys.map(answerOf);
  const lines = answers.map(
    ({ kid, alg, state, created_at }) => `${state.padEnd(8)}${alg.padEnd(7)}${kid}  since ${created_at}`,
  );
  print(options, answers, lines.length > 0 ? lines : ['no signing keys yet; the first start makes them']);
}

/** `countersign keys …`: what tokens are signed with. */
export function keysCommand(): Command {
  const keys = new Command('keys').description('list, rotate and end the signing keys');
  withGlobalOptions(keys.command('list'))
    .description('list the signing keys')
    .action((options: GlobalOptions) =>
      withOpenHome(options, async ({ storage }) => printKeys(options, await storage.signingKeys.list())),
    );
  withGlobalOptions(keys.command('rotate'))
    .description('sign with the key published ahead; the old one still verifies')
    .action((options: GlobalOptions) =>
      withOpenHome(options, async ({ storage, events, configuration, clock }) => {
        const { oauth, encryption } = configuration.atStart;
        printKeys(
          options,
          await rotateSigningKeys(
            storage,
            events,
            oauth.signing_algorithm,
            encryption.key,
            operator(),
            clock(),
          ),
        );
      }),
    );
  withGlobalOptions(keys.command('remove <kid>'))
    .description(
      'end a retired key at once, because someone else has it: what it signed is no longer believed',
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
