import type { TrustEntry } from '../../api/admin-api.ts';
import { ServerText } from '../../components/server-text.tsx';
import { dateOf } from '../../components/time.tsx';
import { knownText, listText } from '../../words/words.tsx';

/** As many as the server names. */
const CLIENTS = 5;

/**
 * Why an entry vouches or does not, made of the reason's code; as the server says it where there are no words for it, as
 * where a key of deployment.toml names the entry.
 */
export function StandingText({
  entry: { because, why, clients = [], named_by = '', named_at },
}: {
  readonly entry: TrustEntry;
}) {
  const worded = knownText(`vouching.${because}`, {
    by: named_by,
    date: named_at === undefined ? '–' : dateOf(named_at),
    clients: listText(clients.slice(0, CLIENTS)),
  });
  return worded ?? <ServerText>{why}</ServerText>;
}
