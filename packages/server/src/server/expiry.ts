import { randomUUID } from 'node:crypto';
import { judgeStores } from '../client-authentication/judged-stores.ts';
import type { Clock } from '../clock.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import { guarded } from '../event/guarded.ts';
import { outboundAuthorities, trustedAuthorities } from '../expiry/authorities.ts';
import { crlsOfFiles, heldCrls, unreachableOf } from '../expiry/crls.ts';
import { createExpiry, type Expiry } from '../expiry/expiry.ts';
import { type HeldReports, heldElsewhere, reportHeld } from '../expiry/held.ts';
import { measureEnds } from '../expiry/measure-ends.ts';
import { proxyCertificates } from '../expiry/proxy-certificates.ts';
import { publishedCertificates } from '../expiry/published-keys.ts';
import { serverCertificates } from '../expiry/server-certificates.ts';
import { signingKeys } from '../expiry/signing-keys.ts';
import { createExpiryWatch } from '../expiry/watch.ts';
import type { Watched, WatchedKind } from '../expiry/watched.ts';
import type { JwksSource } from '../outbound/jwks-source.ts';
import type { Revocation } from '../outbound/revocation.ts';
import type { Storage } from '../storage/storage.ts';
import type { OpenHome } from './open-home.ts';
import { databaseAsSource, filesAsSource, nodeName, sharesTrust } from './shared-trust.ts';
import { judgedFrom } from './trust-stores.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** A server that starts has other things to do at first. */
const FIRST_LOOK_MS = 3 * SECOND;
/** How often a node looks at what stands in no table of clients. */
const LOOK_MS = MINUTE;
/** How often one node of a deployment looks at what clients have. */
const CLIENTS_EVERY_MS = 60 * MINUTE;
/** Whoever looked at it last does so again, unless it is late: then another takes over. */
const LEASE_MS = 2.5 * MINUTE;
const TASK = 'expiry watch';

/** By what the files of a node are known among what nodes hold. */
const filesOf = (home: string): string => `files ${nodeName(home)}`;

/** What the key stores of this node hold, whose files are its own. */
export function ofOwnFiles({ stores }: Pick<FollowedConfiguration, 'stores'>): readonly Watched[] {
  const { serverKey, proxyCertificates: pinned, outboundAuthorities: authorities } = stores();
  return [
    ...serverCertificates(serverKey),
    ...proxyCertificates(pinned),
    ...outboundAuthorities(authorities),
  ];
}

/** The CRLs of this node's files, by their paths. */
function crlFilesOf({ now, stores }: Pick<FollowedConfiguration, 'now' | 'stores'>): readonly Watched[] {
  const { trustGroups } = stores();
  const files = now().trust_group.flatMap(({ name, crl_file }) => {
    const bytes = trustGroups.get(name)?.crl;
    return crl_file === undefined || bytes === undefined ? [] : [[crl_file, bytes] as const];
  });
  return crlsOfFiles(new Map(files));
}

/** What stands several times, as what is nearest to it says it. */
const each = (all: readonly Watched[]): readonly Watched[] =>
  Array.from(
    Map.groupBy(all, ({ key, not_after }) => `${key} ${not_after}`),
    ([, same]) => same.slice(0, 1),
  ).flat();

/** What the lists of ends are made from, in a server or a command. */
export type ExpiryContext = {
  readonly home: string;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly configuration: FollowedConfiguration;
  /** Whether CRL files are read here: a server knows what it holds of them. */
  readonly readsCrlFiles: boolean;
};

/** Lists everything in a deployment that ends, whether or not a server runs in this home. */
export function openExpiry({ home, storage, clock, configuration, readsCrlFiles }: ExpiryContext): Expiry {
  const { now, atStart } = configuration;
  const source = sharesTrust(atStart)
    ? databaseAsSource(configuration, storage)
    : filesAsSource(configuration);
  const judged = () => judgeStores(judgedFrom(configuration, source, storage));
  const own = new Set([filesOf(home)]);
  return createExpiry({
    storage,
    settings: () => now().expiry_watch,
    administrators: () => {
      const { administrator } = now().admin_console.authenticator.mutual_ssl_authenticator;
      return new Set(administrator.map(({ certificate_thumbprint }) => certificate_thumbprint));
    },
    clock,
    few: async () => {
      const [trust, keys, held] = await Promise.all([
        judged(),
        storage.signingKeys.list(),
        heldElsewhere(storage.held, clock(), own),
      ]);
      return each([
        ...ofOwnFiles(configuration),
        ...trustedAuthorities(trust),
        ...signingKeys(keys, now().expiry_watch.signing_key_age * SECOND),
        ...held,
        ...(readsCrlFiles ? crlFilesOf(configuration) : []),
      ]);
    },
  });
}

const reporting = ({
  storage,
  events,
  clock,
  log,
}: Pick<OpenHome, 'storage' | 'events' | 'clock' | 'log'>) => ({
  storage,
  events,
  clock,
  onFailed: (error: unknown) => log.debug({ err: error }, 'what this process holds was not noted'),
});

/** Has a process that answers requests say which published certificates and CRLs it holds. */
export const reportHeldHere = (
  opened: Pick<OpenHome, 'home' | 'storage' | 'events' | 'clock' | 'log'>,
  { jwks, revocation }: { readonly jwks: JwksSource; readonly revocation: Revocation },
): HeldReports =>
  reportHeld(
    reporting(opened),
    `memory ${nodeName(opened.home)} ${randomUUID()}`,
    () => [...publishedCertificates(jwks), ...heldCrls(revocation)],
    () => unreachableOf(revocation),
  );

/** Watches for a node what ends, until it is closed. */
export function watchEnds(
  opened: OpenHome,
  configuration: FollowedConfiguration,
): { stop(): void; close(): Promise<void> } {
  const { home, storage, events, clock, log, metrics } = opened;
  const expiry = openExpiry({ home, storage, clock, configuration, readsCrlFiles: false });
  const settings = () => configuration.now().expiry_watch;
  const watch = createExpiryWatch({ storage, events, expiry, settings, clock });
  const files = reportHeld(reporting(opened), filesOf(home), () => ofOwnFiles(configuration));
  let soonest: ReadonlyMap<WatchedKind, number> = new Map();
  measureEnds(metrics, () => soonest, clock);

  let clientsAt = Number.NEGATIVE_INFINITY;
  let underway: Promise<void> | undefined;
  const look = async () => {
    // A machine whose clock is wrong would tell what is not so.
    if (storage.reach.state() !== 'reached' || !storage.reach.isClockRight()) return;
    try {
      await watch.lookAtFew();
      soonest = await watch.soonest();
      if (!(await storage.leases.take(TASK, LEASE_MS))) return;
      if (clock() - clientsAt < CLIENTS_EVERY_MS) return;
      const isMore = await watch.lookAtClients();
      if (!isMore) clientsAt = clock();
    } catch (error) {
      log.error({ err: error }, 'what ends soon could not be looked at');
    }
  };
  const lookOnce = () => {
    underway ??= look().finally(() => {
      underway = undefined;
    });
    return underway;
  };
  const guardedLook = guarded('looking at what ends', events, lookOnce);
  const first = setTimeout(guardedLook, FIRST_LOOK_MS).unref();
  const timer = setInterval(guardedLook, LOOK_MS).unref();
  const stop = () => {
    clearTimeout(first);
    clearInterval(timer);
  };
  return {
    stop,
    async close() {
      stop();
      await underway;
      await files.close();
      if (storage.reach.state() === 'reached') await storage.leases.giveUp(TASK).catch(() => {});
    },
  };
}
