import type { FastifyReply } from 'fastify';
import { invalidRequest } from '../../refusal/error-codes.ts';
import type { PendingRequest, PendingRequestsForPages } from '../authorize/pending-request.ts';
import { type FormProblem, isNavigation, sendToProblem, takeProblem } from '../page/form-answer.ts';
import { SIGN_IN_PATH } from './page-paths.ts';
import type { PageRequest } from './page-routes.ts';

/** Why a person is on a page: an application or a device waits for them, or they came of their own accord. */
export type Interaction =
  | { readonly kind: 'request'; readonly pending: PendingRequest }
  | { readonly kind: 'account' }
  | { readonly kind: 'device'; readonly user_code: string | undefined }
  | { readonly kind: 'approvals' };

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
  /**
   * Leads a browser to a page anew, which tells what was wrong with the form that was sent from it.
   * @returns undefined for another program, which is to be answered with the page
   */
  leadToProblem(
    request: Pick<PageRequest, 'http' | 'reply'>,
    path: string,
    interaction: Interaction,
    problem: Omit<FormProblem, 'at'>,
  ): FastifyReply | undefined;
  /** What a page asked for has to tell of a form that was sent from it, once. */
  problemToTell(
    request: Pick<PageRequest, 'http' | 'reply'>,
    path: string,
    interaction: Interaction,
  ): FormProblem | undefined;
  /** To the sign-in, which says that what was begun took too long, or was begun in another browser. */
  signInAgain(reply: FastifyReply, interaction: Interaction): FastifyReply;
};

export function createInteractions(issuer: string, pendingRequests: PendingRequestsForPages): Interactions {
  const url = (path: string, interaction: Interaction) => `${issuer}${path}${queryFor(interaction)}`;
  return {
    async of({ query, http }) {
      const id = query.get('request');
      if (id === undefined) return withoutRequest(query);
      const pending = await pendingRequests.find(id, http.headers.cookie);
      if (pending) return { kind: 'request', pending };
      throw invalidRequest('This sign-in is over.', 'pending_request_unknown', {
        presented: id.slice(0, 8),
      });
    },
    next(interaction) {
      switch (interaction.kind) {
        case 'request':
          return pendingRequests.continueUrl(interaction.pending.id);
        case 'device':
          return `${issuer}/oauth2/device${userCodeQuery('?', interaction.user_code)}`;
        case 'approvals':
          return `${issuer}/oauth2/ciba`;
        case 'account':
          return `${issuer}/account`;
      }
    },
    url,
    leadToProblem({ http, reply }, path, interaction, problem) {
      if (!isNavigation(http)) return undefined;
      const at = `${path}${queryFor(interaction)}`;
      return sendToProblem(reply, url(path, interaction), { ...problem, at });
    },
    problemToTell: ({ http, reply }, path, interaction) =>
      takeProblem(http, reply, `${path}${queryFor(interaction)}`),
    signInAgain(reply, interaction) {
      const again = new URL(url(SIGN_IN_PATH, interaction));
      again.searchParams.set('over', '1');
      return reply.redirect(again.href, 303);
    },
  };
}

/** What ties a page to its interaction, as a query. */
export function queryFor(interaction: Interaction): string {
  switch (interaction.kind) {
    case 'request':
      return `?request=${encodeURIComponent(interaction.pending.id)}`;
    case 'device':
      return `?for=device${userCodeQuery('&', interaction.user_code)}`;
    case 'approvals':
      return '?for=approvals';
    case 'account':
      return '';
  }
}

const userCodeQuery = (before: '?' | '&', user_code: string | undefined): string =>
  user_code === undefined ? '' : `${before}user_code=${encodeURIComponent(user_code)}`;

function withoutRequest(query: PageRequest['query']): Interaction {
  const purpose = query.get('for');
  if (purpose === 'device') return { kind: 'device', user_code: query.get('user_code')?.slice(0, 40) };
  return { kind: purpose === 'approvals' ? 'approvals' : 'account' };
}

/** What distinguishes the interaction in a form's token. */
export function interactionId(interaction: Interaction): string {
  if (interaction.kind === 'request') return interaction.pending.id;
  return interaction.kind === 'account' ? '' : interaction.kind;
}
