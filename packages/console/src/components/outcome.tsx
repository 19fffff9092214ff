import type { Outcome } from '../api/admin-api.ts';
import { text } from '../words/words.tsx';
import { Badge } from './states.tsx';

const OUTCOMES = {
  success: 'component.ok',
  refused: 'common.refused',
  failure: 'component.failure',
} as const;

export function OutcomeBadge({ outcome }: { readonly outcome: Outcome }) {
  const kind = outcome === 'success' ? 'good' : outcome === 'refused' ? 'bad' : 'warn';
  return <Badge kind={kind}>{text(OUTCOMES[outcome])}</Badge>;
}

const FAMILIES: Readonly<Record<string, string>> = {
  'token.issued': 'Token issued',
  'token.refresh_repeated': 'Refresh repeated',
  'client.registration_repeated': 'Registration access repeated',
  'token.refused': 'Token refused',
  'token.revoked': 'Token revoked',
  'handshake.refused': 'Handshake failed',
  'connection.refused': 'Connection refused',
  'admin.refused': 'Administration refused',
  'authorization.granted': 'Person signed in',
};

/** An event's type as words: `client.created` is “Client created”. */
export function eventLabel(type: string): string {
  const known = FAMILIES[type];
  if (known !== undefined) return known;
  const words = type.replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
