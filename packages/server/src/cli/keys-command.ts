import { Command } from 'commander';
import { rotateSigningKey } from '../registration/key-rotation.ts';
import type { StoredSigningKey } from '../token/signing-key.ts';
import { type GlobalOptions, operator, print, withGlobalOptions, withOpenHome } from './run-command.ts';

const answerOf = ({ kid, alg, state, created_at, retired_at }: StoredSigningKey) => ({
  kid,
  alg,
  state,
  created_at: new Date(created_at).toISOString(),
  ...(retired_at !== undefined && { retired_at: new Date(retired_at).toISOString() }),
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
  const keys = new Command('keys').description('list and rotate the signing keys');
  withGlobalOptions(keys.command('list'))
    .description('list the signing keys')
    .action((options: GlobalOptions) =>
      withOpenHome(options, async ({ storage }) => printKeys(options, await storage.signingKeys.list())),
    );
  withGlobalOptions(keys.command('rotate'))
    .description('sign with the key published ahead; the old one still verifies')
    .action((options: GlobalOptions) =>
      withOpenHome(options, async ({ storage, events, deployment }) => {
        const { signing_algorithm } = deployment.oauth;
        printKeys(
          options,
          await rotateSigningKey(
            storage.signingKeys,
            events,
            signing_algorithm,
            deployment.encryption.key,
            operator(),
          ),
        );
      }),
    );
  return keys;
}
