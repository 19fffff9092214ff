import { serverKeyWarning } from '../../config/server-key.ts';
import type { DescribedWatched } from '../../expiry/described.ts';
import type { Expiry } from '../../expiry/expiry.ts';
import type { Watched, WatchedKind } from '../../expiry/watched.ts';
import { ofOwnFiles, openExpiry } from '../../server/expiry.ts';
import { everyItem } from '../../storage/every-item.ts';
import { endLine, untilEnd } from '../end-line.ts';
import { check } from './check.ts';
import type { Examination } from './examination.ts';
import { type Found, failed, ok, warning } from './finding.ts';

const DAY_MS = 24 * 3600 * 1000;
const SOON_DAYS = 30;
/** Of each matter so many are named, and the rest counted. */
const NAMED = 50;
/** How long each list is read, milliseconds: the rest is the command's that lists. */
const READING_MS = 4_000;

/** CRLs and published keys are looked at where they are, by checks of their own. */
const KINDS = ['server', 'authority', 'proxy', 'signing_key'] as const;

/** What stands before its name, where that does not say what it is. */
const IS_A: Readonly<Record<WatchedKind, string>> = {
  server: '',
  authority: 'authority ',
  client: 'client ',
  jwks: 'published at ',
  proxy: '',
  signing_key: 'signing key ',
  crl: 'CRL ',
};

const described = (each: DescribedWatched): string => `${IS_A[each.kind]}${endLine(each)}`;

/** One end. A client that is refused is its owner's matter; what nobody is served without is everybody's. */
export function endFinding(each: DescribedWatched, now: number): Found {
  const { not_after, kind, succeeded } = each;
  const detail = `${described(each)}: ${untilEnd(each, now)}`;
  const concernsAll = kind === 'server' || kind === 'proxy' || kind === 'authority';
  if (not_after === undefined) return (concernsAll ? failed : warning)('certificate_never_valid', detail);
  if (succeeded) return ok(detail);
  const isSoon = not_after - now < SOON_DAYS * DAY_MS;
  if (kind === 'signing_key') return isSoon ? warning('signing_key_due', detail) : ok(detail);
  if (not_after < now) return (concernsAll ? failed : warning)('certificate_expired', detail);
  return isSoon ? warning('certificate_expires_soon', detail) : ok(detail);
}

/** As if it were listed: of what stands in no table of clients. */
const alone = (each: Watched): DescribedWatched => ({ ...each, shared: [], notices: [] });

/**
 * What ends soon or has ended, each by its name, and what is unused or shared: by the list that the admin API and
 * `certificate list` give.
 */
export async function endFindings(
  expiry: Pick<Expiry, 'list'>,
  clock: () => number,
): Promise<readonly Found[]> {
  const now = clock();
  const found: Found[] = [];
  const of = async (
    matter: string,
    filter: Omit<Parameters<Expiry['list']>[0], 'limit'>,
    tell: (each: DescribedWatched) => Found | undefined,
  ) => {
    const until = clock() + READING_MS;
    const counts = { ok: 0, wrong: 0 };
    let more: Found | undefined;
    for await (const each of everyItem(({ after }) => expiry.list({ ...filter, limit: NAMED, after }))) {
      const told = tell(each);
      const count = told && ++counts[told.outcome === 'ok' ? 'ok' : 'wrong'];
      if (told && count !== undefined && count <= NAMED) found.push(told);
      else if (told && told.outcome !== 'ok') more = told;
      if (clock() > until) break;
    }
    // Of what is in order the rest goes without a word.
    if (more === undefined) return;
    const detail = `${counts.wrong - NAMED} more ${matter}: countersign certificate list`;
    found.push({ ...more, detail });
  };
  const ended = (each: DescribedWatched) => endFinding(each, now);
  const toEnd = (each: DescribedWatched) =>
    each.not_after !== undefined && each.not_after < now ? undefined : endFinding(each, now);
  // The list leaves out what ended more than thirty days ago, with which nobody is served all the same.
  for (const kind of KINDS) {
    await of(`of kind ${kind} that ended`, { kind, expired: true }, ended);
    await of(`of kind ${kind}`, { kind }, toEnd);
  }
  await of('certificates of clients that ended', { kind: 'client', expired: true }, ended);
  await of('certificates of clients', { kind: 'client', within: SOON_DAYS * DAY_MS }, toEnd);
  await of('that several have', { shared: true }, (each) =>
    warning('certificate_shared', `${described(each)}: each of them could act as the other`),
  );
  await of('that nobody uses', { unused: true }, (each) =>
    warning('certificate_unused', `${described(each)}: nobody has come with it for long`),
  );
  return found;
}

async function found({ home, stores, storage, clock }: Examination): Promise<readonly Found[]> {
  const followed = await stores();
  const few = serverKeyWarning(followed.stores().serverKey);
  const ofKey = few === undefined ? [] : [warning('server_key_for_few', `the server certificate: ${few}`)];
  const ofFiles = () => ofOwnFiles(followed).map((each) => endFinding(alone(each), clock()));
  // Where the database does not answer, the check of the database says so.
  const opened = await storage().catch(() => undefined);
  if (opened === undefined) return [...ofFiles(), ...ofKey];
  const context = { home, storage: opened, clock, configuration: followed, readsCrlFiles: true };
  return [...(await endFindings(openExpiry(context), clock)), ...ofKey];
}

/** What ends on a known day, and what is unused or shared. */
export const endsCheck = check('certificates', found);
