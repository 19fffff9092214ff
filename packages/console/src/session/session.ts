import { renew, type Tokens } from './oidc.ts';

/** Who is signed in, held by this module alone: no storage, no global, nothing a script could find by name. */
let tokens: Tokens | undefined;
let renewing: Promise<Tokens> | undefined;
const listeners = new Set<() => void>();

const RENEW_BEFORE_MS = 30_000;

export const currentTokens = (): Tokens | undefined => tokens;

export function setTokens(next: Tokens | undefined): void {
  tokens = next;
}

/** Called once the session is over, whoever ended it. @returns how to stop listening */
export function onSessionEnded(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function endSession(): void {
  tokens = undefined;
  for (const listener of listeners) listener();
}

/**
 * An access token that is good for a while yet; callers at the same time share one renewal.
 * @param refused the token an answer has just refused, which must not be used again
 * @returns undefined once the session is over
 */
export async function accessToken(refused?: string): Promise<string | undefined> {
  const held = tokens;
  if (!held) return undefined;
  const stillGood = held.expires_at - RENEW_BEFORE_MS > Date.now() && held.access_token !== refused;
  if (stillGood) return held.access_token;
  renewing ??= renew(held).finally(() => {
    renewing = undefined;
  });
  try {
    tokens = await renewing;
    return tokens.access_token;
  } catch {
    if (held.expires_at > Date.now() && held.access_token !== refused) return held.access_token;
    endSession();
    return undefined;
  }
}
