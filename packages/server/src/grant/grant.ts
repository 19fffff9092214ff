import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import type { EventDraft } from '../event/event.ts';
import type { Refusal } from '../refusal/refusal.ts';
import type { TokenPlan } from '../token/token-plan.ts';
import type { Step } from '../unit-of-work.ts';
import type { AuthorizationDetailsType } from './authorization-details.ts';
import type { ProtectedResource } from './resource.ts';
import type { TokenForm } from './token-form.ts';

/** A token request whose client is authenticated and registered for its grant_type. */
export type TokenRequest = {
  readonly form: TokenForm;
  readonly client: AuthenticatedClient;
  readonly issuer: string;
  /** The resources of the deployment. */
  readonly resources: readonly ProtectedResource[];
  /** The types of authorization details of the deployment. */
  readonly detailsTypes: readonly AuthorizationDetailsType[];
  readonly remote_address: string;
  /**
   * Refuses the request, and ends a grant by it: one unit of work with the event of the refusal.
   * @param ends what ends it, and what ends with it
   * @throws the refusal
   * @throws UnitRefused when a condition of `ends` does not hold
   */
  readonly refuse: (refusal: Refusal, grant_id: string, ends: readonly Step[]) => Promise<never>;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/** What a grant decided: the tokens, and what is written in the same unit of work as they are. */
export type GrantPlan = TokenPlan & {
  /** What uses up the right to the tokens. Where one is refused the request is planned again, from what is stored then. */
  readonly steps?: readonly Step[];
  /** The refresh token to answer with, where it is not a new one made at random. */
  readonly answered_refresh_token?: { readonly value: string; readonly isStored: boolean };
  /** What is told beside the issue itself, once it is committed. */
  readonly events?: readonly EventDraft[];
};

/** One way to be granted tokens (RFC 6749 §4): what a request with its `grant_type` is issued. */
export type TokenGrant = {
  readonly grant_type: string;
  /** @throws Refusal */
  plan(request: TokenRequest): Promise<GrantPlan>;
};
