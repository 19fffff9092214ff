import { Refusal } from '../../refusal/refusal.ts';
import type { PendingRequest, PendingRequestsForPages } from '../authorize/pending-request.ts';
import type { PageRequest } from './page-routes.ts';

/** Why a person is on a page: an application waits for them, or they came for their account. */
export type Interaction =
  | { readonly kind: 'request'; readonly pending: PendingRequest }
  | { readonly kind: 'account' };

/** Finds out why people come, and where they go afterwards. */
export type Interactions = {
  /** @throws Refusal `pending_request_unknown` when the request named is not open in this browser */
  of(request: PageRequest): Promise<Interaction>;
  /**
   * Where the browser goes when the page has done its job. Only ever on this server: what an application asked for
   * is looked up, never taken from the address.
   */
  next(interaction: Interaction): string;
  /** The address of a page of this server, for this interaction. */
  url(path: string, interaction: Interaction): string;
};

export function createInteractions(issuer: string, pendingRequests: PendingRequestsForPages): Interactions {
  return {
    async of({ query, http }) {
      const id = query.get('request');
      if (id === undefined) return { kind: 'account' };
      const pending = await pendingRequests.find(id, http.headers.cookie);
      if (pending) return { kind: 'request', pending };
      throw new Refusal('invalid_request', 'This sign-in is over.', 'pending_request_unknown', {
        presented: id.slice(0, 8),
      });
    },
    next: (interaction) =>
      interaction.kind === 'request'
        ? pendingRequests.continueUrl(interaction.pending.id)
        : `${issuer}/account`,
    url: (path, interaction) => `${issuer}${path}${queryFor(interaction)}`,
  };
}

/** What ties a page to its interaction, as a query. */
export const queryFor = (interaction: Interaction): string =>
  interaction.kind === 'request' ? `?request=${encodeURIComponent(interaction.pending.id)}` : '';

/** What distinguishes the interaction in a form's token. */
export const interactionId = (interaction: Interaction): string =>
  interaction.kind === 'request' ? interaction.pending.id : '';
