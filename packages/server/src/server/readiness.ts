import type { StartSettings } from '../config/settings.ts';
import type { Health } from '../endpoint/health.ts';
import type { Reach } from '../storage/reach.ts';
import type { OpenHome } from './open-home.ts';

/** How long an answer to whether the database can be written serves all who ask: each costs a row, and strangers ask. */
const WRITABLE_FOR_MS = 500;

type Audited = {
  readonly configuration: {
    readonly atStart: { readonly logging: Pick<StartSettings['logging'], 'audit_unwritable'> };
  };
  readonly auditTrail: Pick<OpenHome['auditTrail'], 'isWritable'>;
};

/** Whether what would be done could not be written down, and so is not done. */
export const refusesRequests = ({ configuration, auditTrail }: Audited): boolean =>
  configuration.atStart.logging.audit_unwritable === 'refuse' && !auditTrail.isWritable();

/** Whether an open home can be worked with. */
export function createReadiness(
  opened: Audited & {
    readonly storage: { readonly reach: Pick<Reach, 'state' | 'isClockRight' | 'canWrite'> };
  },
): Health['readiness'] {
  const { reach } = opened.storage;
  let asked: { readonly canWrite: Promise<boolean>; readonly until: number } | undefined;
  const canWrite = (): Promise<boolean> => {
    if (asked && performance.now() < asked.until) return asked.canWrite;
    const answer = reach.canWrite();
    const mine = { canWrite: answer, until: Number.POSITIVE_INFINITY };
    asked = mine;
    const answered = () => {
      if (asked === mine) asked = { canWrite: answer, until: performance.now() + WRITABLE_FOR_MS };
    };
    answer.then(answered, answered);
    return answer;
  };
  return async (writes) => {
    // What holds for seconds would end too early or too late where the clock is wrong.
    if (refusesRequests(opened) || reach.state() === 'lost' || !reach.isClockRight()) return 'unavailable';
    const isReached = reach.state() === 'reached';
    if (writes && !(isReached && (await canWrite()))) return 'unavailable';
    return isReached ? 'ready' : 'degraded';
  };
}
