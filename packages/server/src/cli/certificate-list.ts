import { Command, InvalidArgumentError, Option } from 'commander';
import { WATCHED_KINDS } from '../expiry/watched.ts';
import { timeSpan } from '../time-span.ts';
import type { ListOptions } from './listed-ends.ts';
import { withAdministrationOptions } from './server-option.ts';

function spanOption(written: string): number {
  const span = timeSpan(written);
  if (span === undefined) throw new InvalidArgumentError('not a time such as 30d, 12h or 90m');
  return span;
}

/** `countersign certificate list`: what ends on a known day, the soonest first. */
export function listCommand(): Command {
  return withAdministrationOptions(new Command('list'), [
    'certificate list --expires-within 30d',
    'certificate list --kind client --unused',
  ])
    .description(
      'list what ends on a known day, the soonest first: certificates of the server, authorities, clients and proxies, signing keys, CRLs, and what running nodes hold of published keys',
    )
    .option(
      '--expires-within <time>',
      'only what ends within 30d, 12h, 90m, or ended within 30 days',
      spanOption,
    )
    .addOption(new Option('--kind <kind>', 'only these').choices([...WATCHED_KINDS]))
    .option('--client <client_id>', 'only what belongs to this client')
    .option('--unused', 'only what has not been used for [expiry_watch] unused_after')
    .option('--shared', 'only what somebody else has as well')
    .option('--expired', 'only what has ended, however long ago')
    .action(async (options: ListOptions) => {
      // Looking into a certificate needs nothing of this, and is quicker without.
      await (await import('./listed-ends.ts')).listEnds(options);
    });
}
