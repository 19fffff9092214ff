import { text } from '../../../words/words.tsx';

/** The lifetimes a client may have of its own, as the form and the overview name them. */
export const LIFETIMES = [
  { value: 'access_token_lifetime', label: text('clientform.accesslifetime') },
  { value: 'client_credentials_token_lifetime', label: text('clientform.ownlifetime') },
  { value: 'refresh_token_lifetime', label: text('clientform.refreshlifetime') },
  { value: 'refresh_token_idle_lifetime', label: text('clientform.idlelifetime') },
  { value: 'id_token_lifetime', label: text('clientform.idlifetime') },
  { value: 'device_code_lifetime', label: text('clientform.devicelifetime') },
] as const;
export type Lifetime = (typeof LIFETIMES)[number]['value'];

/** The seconds somebody wrote; undefined for an empty field, NaN for anything else. */
export const secondsIn = (text: string): number | undefined => {
  const written = text.trim();
  if (written === '') return undefined;
  return /^[1-9]\d{0,8}$/.test(written) ? Number(written) : Number.NaN;
};

/** One scope a line, and behind it the audiences of its tokens. */
export const audienceLines = (audiences: Readonly<Record<string, readonly string[]>> = {}): string =>
  Object.entries(audiences)
    .map(([scope, of]) => [scope, ...of].join(' '))
    .join('\n');

/** What such lines say; a scope that stands in several has the audiences of all of them. */
export function audiencesIn(lines: string): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const line of lines.split('\n')) {
    const [scope, ...audiences] = line.trim().split(/\s+/);
    if (scope) found.set(scope, [...(found.get(scope) ?? []), ...audiences]);
  }
  return Object.fromEntries(found);
}
