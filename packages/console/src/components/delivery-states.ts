import type { DeliveryState } from '../api/admin-api.ts';

/** What became of a delivery to a webhook, in words and in colour. */
export const DELIVERY_STATES: Readonly<
  Record<DeliveryState, { readonly label: string; readonly kind: 'good' | 'warn' | 'bad' }>
> = {
  waiting: { label: 'waiting', kind: 'warn' },
  delivered: { label: 'delivered', kind: 'good' },
  dead: { label: 'given up', kind: 'bad' },
};
