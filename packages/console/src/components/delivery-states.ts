import type { DeliveryState } from '../api/admin-api.ts';
import { text } from '../words/words.tsx';

/** What became of a delivery to a webhook, in words and in colour. */
export const DELIVERY_STATES: Readonly<
  Record<DeliveryState, { readonly label: string; readonly kind: 'good' | 'warn' | 'bad' }>
> = {
  waiting: { label: text('common.waiting'), kind: 'warn' },
  delivered: { label: text('component.delivered'), kind: 'good' },
  dead: { label: text('component.givenup'), kind: 'bad' },
};
