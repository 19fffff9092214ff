import { createHash } from 'node:crypto';
import type { StartSettings } from '../config/settings.ts';

/**
 * The sections that a supervisor goes by itself: it opened the database and the audit file, and serves metrics and probes, and sends telemetry.
 * A worker that read others would not belong to it.
 */
const OWNED = [
  'database',
  'encryption',
  'logging',
  'metrics',
  'health',
  'telemetry',
] as const satisfies readonly (keyof StartSettings)[];

/** What these sections say, by a digest each: some of it is secret. */
export const digestsOfOwned = (settings: StartSettings): Readonly<Record<string, string>> =>
  Object.fromEntries(
    OWNED.map((section) => [
      section,
      createHash('sha256').update(JSON.stringify(settings[section])).digest('hex'),
    ]),
  );

/** Why a worker that read these settings cannot serve beside the others; undefined where it can. */
export function whyNotOwned(
  own: Readonly<Record<string, string>>,
  read: Readonly<Record<string, string>>,
): string | undefined {
  const differing = OWNED.filter((section) => own[section] !== read[section]).map((name) => `[${name}]`);
  if (differing.length === 0) return undefined;
  return `${differing.join(', ')} in deployment.toml changed: that takes a restart of the whole service, not of its workers alone`;
}
