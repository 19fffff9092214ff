import type { Watched } from '../../api/admin-api.ts';
import { addressOf } from '../../api/request.ts';
import { ServerText } from '../../components/server-text.tsx';
import { Badge } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import type { MessageName } from '../../words/en/en.ts';
import { rich, text } from '../../words/words.tsx';

/** How people call what is watched. */
export const KINDS: Readonly<Record<Watched['kind'], string>> = {
  server: text('certificates.kind.server'),
  authority: text('certificates.kind.authority'),
  client: text('certificates.kind.client'),
  jwks: text('certificates.kind.jwks'),
  proxy: text('certificates.kind.proxy'),
  signing_key: text('certificates.kind.signingkey'),
  crl: text('certificates.kind.crl'),
};

/** Where it is looked after, if that is a place of the console. */
export function placeOf({ kind, client_id }: Watched): string | undefined {
  if (client_id !== undefined) return addressOf(['clients', client_id], { tab: 'certificates' });
  if (kind === 'signing_key') return '/keys';
  return kind === 'authority' || kind === 'crl' ? '/trust' : undefined;
}

/** Where the server tells in its own words which it is, by the key of deployment.toml that names it. */
const TOLD: readonly Watched['kind'][] = ['server', 'authority', 'proxy'];

/** Its name, which leads to where it is looked after. */
export function WatchedName({ item }: { readonly item: Watched }) {
  const place = placeOf(item);
  const name = TOLD.includes(item.kind) ? (
    <ServerText>{item.name}</ServerText>
  ) : (
    <span translate="no">{item.name}</span>
  );
  return place === undefined ? <span className="break">{name}</span> : <Link to={place}>{name}</Link>;
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

const wordsOf = (kind: Watched['kind']): readonly [ended: MessageName, ends: MessageName] =>
  kind === 'signing_key'
    ? ['certificates.rotation', 'certificates.rotation']
    : kind === 'crl'
      ? ['certificates.outdated', 'certificates.nextdue']
      : ['certificates.expired', 'certificates.expires'];

/** When it ends, in words that say how near that is; pointing at it tells exactly. */
export function End({ item: { kind, not_after } }: { readonly item: Watched }) {
  if (not_after === undefined) return <Badge kind="warn">{text('certificates.unknownend')}</Badge>;
  const left = Date.parse(not_after) - Date.now();
  const [ended, ends] = wordsOf(kind);
  const words = rich(left < 0 ? ended : ends, { distance: <Time at={not_after} /> });
  if (left < 0) return <Badge kind="bad">{words}</Badge>;
  return left < SOON_DAYS * DAY_MS ? (
    <Badge kind="warn">{words}</Badge>
  ) : (
    <span className="quiet">{words}</span>
  );
}
