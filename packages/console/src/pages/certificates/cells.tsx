import type { Watched } from '../../api/admin-api.ts';
import { pathOf } from '../../api/request.ts';
import { Badge } from '../../components/states.tsx';
import { fromNow } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';

/** How people call what is watched. */
export const KINDS: Readonly<Record<Watched['kind'], string>> = {
  server: 'Server',
  authority: 'Authority',
  client: 'Client',
  jwks: 'Published key',
  proxy: 'Proxy',
  signing_key: 'Signing key',
  crl: 'Revocation list',
};

/** Where it is looked after, if that is a place of the console. */
function placeOf({ kind, client_id }: Watched): string | undefined {
  if (client_id !== undefined) return `${pathOf('clients', client_id)}?tab=certificates`;
  if (kind === 'signing_key') return '/keys';
  return kind === 'authority' || kind === 'crl' ? '/trust' : undefined;
}

/** Its name, which leads to where it is looked after. */
export function WatchedName({ item }: { readonly item: Watched }) {
  const place = placeOf(item);
  return place === undefined ? (
    <span className="break">{item.name}</span>
  ) : (
    <Link to={place}>{item.name}</Link>
  );
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

const wordsOf = (kind: Watched['kind']): readonly [ended: string, ends: string] =>
  kind === 'signing_key'
    ? ['rotation due', 'rotation due']
    : kind === 'crl'
      ? ['outdated', 'next due']
      : ['expired', 'expires'];

/** When it ends, in words that say how near that is. */
export function End({ item: { kind, not_after } }: { readonly item: Watched }) {
  if (not_after === undefined) return <Badge kind="warn">ends nobody knows when</Badge>;
  const left = Date.parse(not_after) - Date.now();
  const [ended, ends] = wordsOf(kind);
  if (left < 0) return <Badge kind="bad">{`${ended} ${fromNow(not_after)}`}</Badge>;
  const words = `${ends} ${fromNow(not_after)}`;
  return left < SOON_DAYS * DAY_MS ? (
    <Badge kind="warn">{words}</Badge>
  ) : (
    <span className="quiet">{words}</span>
  );
}
