import type { FollowedConfiguration, ReloadReport } from '../config/configuration.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import type { OpenHome } from './open-home.ts';
import { extraOf, type SharedTrust, sharesTrust } from './shared-trust.ts';

/** Milliseconds between two looks; together with the poll of the database and a reading less than a second. */
const INTERVAL = 250;
/** Milliseconds after a look that failed until the next. */
const AFTER_FAILURE = 2_000;

/** Whether a report is of a trust store file whose edit is told as a change of what nodes share. */
export function isSharedFile(
  report: ReloadReport,
  { atStart, now }: Pick<FollowedConfiguration, 'atStart' | 'now'>,
): boolean {
  if (report.outcome !== 'applied' || !sharesTrust(atStart)) return false;
  const { truststore, trust_group } = now();
  return [truststore, ...trust_group].some(({ file_name }) => file_name === report.file);
}

/**
 * Judges anew as soon as another node changed the trust stores, so that no handshake waits for the first request to
 * notice, and takes up edits of this node's files, again while the database does not answer.
 * @param judging what is judged here; undefined in a process that answers no requests
 * @param takesUp whether this is the process of its node that looks after its files
 */
export function followSharedTrust(
  shared: SharedTrust,
  configuration: Pick<FollowedConfiguration, 'stores' | 'now'>,
  judging: Pick<ClientAuthentication, 'trust' | 'takeUpStores'> | undefined,
  log: OpenHome['log'],
  takesUp: boolean,
): { close(): void } {
  let judged: unknown;
  /** What the files held when they were last taken up. */
  let taken: unknown;
  let told = '';

  const takeUp = async () => {
    const contents = configuration.stores();
    if (!takesUp || contents === taken) return;
    if (!(await shared.takeUpFiles())) return;
    taken = contents;
    await warnOfExtra();
  };
  const warnOfExtra = async () => {
    const extra = (await shared.fileStates()).flatMap(extraOf);
    const now = JSON.stringify(extra);
    if (now === told) return;
    told = now;
    for (const { file, alias, thumbprint, subject } of extra) {
      log.warn(
        { alias, thumbprint, subject },
        `${file} holds ${alias}, which the deployment does not trust: it counts for nothing; countersign truststore adopt takes in what is such`,
      );
    }
  };
  const judge = async () => {
    const state = await judging?.trust.judged();
    if (judging === undefined || state === judged) return;
    judged = state;
    await judging.takeUpStores();
  };

  let failed: string | undefined;
  const noteFailures = (outcomes: readonly PromiseSettledResult<void>[]) => {
    const errors = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    // That the database is away is told by those who ask it for more.
    const error: unknown = errors.find((each) => !(each instanceof StorageUnavailable));
    const message = error === undefined ? undefined : String(error);
    if (message !== undefined && message !== failed)
      log.error({ err: error }, 'the trust stores were not followed');
    failed = message;
    return errors.length > 0;
  };

  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const look = async () => {
    const hasFailed = noteFailures(await Promise.allSettled([takeUp(), judge()]));
    if (!closed) timer = setTimeout(() => void look(), hasFailed ? AFTER_FAILURE : INTERVAL).unref();
  };
  void look();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
