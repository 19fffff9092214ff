import { nearestTime } from '@countersign/x509';
import { watchedAnswer } from '../admin/watched-resource.ts';
import type { DescribedWatched, GivenNotice } from '../expiry/described.ts';
import type { WatchedFilter } from '../expiry/expiry.ts';
import type { WatchedKind } from '../expiry/watched.ts';
import { withAdministration } from './administration/with-administration.ts';
import { endLine, untilEnd } from './end-line.ts';
import { print } from './run-command.ts';
import type { AdministrationOptions } from './server-option.ts';

/** The options of `countersign certificate list`. */
export type ListOptions = AdministrationOptions & {
  readonly expiresWithin?: number;
  readonly kind?: WatchedKind;
  readonly client?: string;
  readonly unused?: true;
  readonly shared?: true;
  readonly expired?: true;
};

/** Whom a notice was sent to, and what became of it. */
const recipients = ({ deliveries }: GivenNotice): string =>
  deliveries.map(({ webhook, state }) => `, webhook ${webhook} ${state}`).join('');

/** Lists what ends as the options ask, whether or not a server runs. */
export async function listEnds(options: ListOptions): Promise<void> {
  await withAdministration(options, async ({ certificates, clock }) => {
    const filter: WatchedFilter = {
      kind: options.kind,
      client_id: options.client,
      within: options.expiresWithin,
      unused: options.unused,
      shared: options.shared,
      expired: options.expired,
    };
    const found: DescribedWatched[] = [];
    for await (const each of certificates.list(filter)) found.push(each);
    const now = clock();
    print(
      options,
      found.map(watchedAnswer),
      found.length === 0
        ? ['nothing of this kind ends']
        : found.flatMap((each) => [
            `${untilEnd(each, now).padEnd(36)}${each.kind.padEnd(13)}${endLine(each)}`,
            ...each.notices.map((notice) => {
              const { days, event_id, noted_at } = notice;
              const when = days === 0 ? 'after the end' : `${days} days before the end`;
              return `  told ${nearestTime(noted_at)}, ${when}: event ${event_id}${recipients(notice)}`;
            }),
          ]),
    );
  });
}
