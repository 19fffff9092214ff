import type { FollowedConfiguration, ReloadReport } from '../config/configuration.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import type { OpenHome } from './open-home.ts';
import { extraOf, type SharedTrust, sharesTrust } from './shared-trust.ts';

/** Milliseconds between two looks; together with the poll of the database and a reading less than a second. */
const INTERVAL = 250;

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
 */
export function followSharedTrust(
  shared: SharedTrust,
  configuration: Pick<FollowedConfiguration, 'stores' | 'now'>,
  { trust, takeUpStores }: Pick<ClientAuthentication, 'trust' | 'takeUpStores'>,
  log: OpenHome['log'],
): { close(): void } {
  let judged: unknown;
  /** What the files held when they were last taken up. */
  let taken: unknown;
  let told = '';

  const takeUp = async () => {
    const contents = configuration.stores();
    if (contents === taken) return;
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
    const state = await trust.judged();
    if (state === judged) return;
    judged = state;
    await takeUpStores();
  };

  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    // A database that is away is told of by those who ask it for more.
    await Promise.allSettled([takeUp(), judge()]);
    looking = false;
  };
  void look();
  const timer = setInterval(() => void look(), INTERVAL).unref();
  return { close: () => clearInterval(timer) };
}
