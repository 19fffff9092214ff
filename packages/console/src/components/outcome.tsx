import type { Outcome } from '../api/admin-api.ts';
import { knownText, text } from '../words/words.tsx';
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

/** An event's type as words: `client.created` is “Client created”; a type that is not known is read off its name. */
export function eventLabel(type: string): string {
  const read = type.replaceAll(/[._]/g, ' ');
  return knownText(`eventtype.${type}`) ?? read.charAt(0).toUpperCase() + read.slice(1);
}
