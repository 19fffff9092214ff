import type { FastifyReply } from 'fastify';
import { isOutdated, type TellClaims } from '../../claim/told-claims.ts';
import { Scope } from '../../client/scope.ts';
import type { ClientDirectory } from '../../client-authentication/client-directory.ts';
import type { Clock } from '../../clock.ts';
import type { DeferredAuthorizationStore } from '../../storage/storage.ts';
import { unlessUnreadable } from '../../storage/storage-errors.ts';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import type { SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { Endpoint } from '../endpoint.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import type { Pages } from '../page/pages.ts';
import type { PageRoutes } from '../sign-in/page-routes.ts';
import type { SignedInPage, SignedInRequest } from '../sign-in/signed-in-page.ts';
import { approvalsPage, type WaitingApproval } from './approvals-page.ts';
import type { CarryOutVerdict } from './verdict.ts';

export type ApprovalsOptions = {
  readonly issuer: string;
  readonly clock: Clock;
  readonly pageRoutes: PageRoutes;
  readonly signedInPage: SignedInPage;
  readonly pages: Pages;
  readonly formTokens: FormTokens;
  readonly deferredAuthorizations: Pick<DeferredAuthorizationStore, 'listPending'>;
  readonly directory: ClientDirectory;
  readonly tellClaims: TellClaims;
  readonly carryOut: CarryOutVerdict;
};

const PATH = '/oauth2/ciba';

/** `/oauth2/ciba`: what clients ask of a person over the backchannel, to be allowed or denied (CIBA §8). */
export function approvalsEndpoint(options: ApprovalsOptions): Endpoint {
  const { issuer, clock, pageRoutes, signedInPage, pages, formTokens } = options;
  const { deferredAuthorizations, directory, tellClaims, carryOut } = options;

  const scopeOf = ({ session }: SignedIn): FormScope => [PATH, session.session_id];

  const waitingFor = async ({ user }: SignedIn): Promise<readonly DeferredAuthorization[]> => {
    const waiting = await deferredAuthorizations.listPending(user.sub, clock());
    return waiting.filter(({ kind }) => kind === 'backchannel');
  };

  const toldOf = ({ client_id, scope }: DeferredAuthorization) => tellClaims(client_id, [...Scope.of(scope)]);

  /** A request of a client that may ask nothing any more is not shown. */
  const approvalOf = async (asked: DeferredAuthorization): Promise<WaitingApproval | undefined> => {
    const known = await unlessUnreadable(directory.find(asked.client_id));
    if (!known?.client.enabled) return undefined;
    const told = await toldOf(asked);
    return { asked, clientName: known.client.metadata.client_name, told };
  };

  const show = async ({ http, reply, language, signedIn }: SignedInRequest): Promise<FastifyReply> => {
    const approvals = await Promise.all((await waitingFor(signedIn)).map(approvalOf));
    return pages.send(reply, {
      language,
      title: language.text('approvals.title'),
      body: approvalsPage({
        language,
        action: pages.path(PATH),
        formToken: formTokens.issue(http, reply, scopeOf(signedIn)),
        username: signedIn.user.username,
        approvals: approvals.filter((approval) => approval !== undefined),
      }),
    });
  };

  const answer = async ({ http, reply, form, signedIn: by }: SignedInRequest): Promise<FastifyReply> => {
    formTokens.check(http, form.get('form_token'), scopeOf(by));
    const id = form.get('id');
    const asked = (await waitingFor(by)).find(({ authorization_sha256 }) => authorization_sha256 === id);
    // Whatever is not clearly a yes is a no.
    const allowed = form.get('decision') === 'allow';
    const isTold = asked && (!allowed || !isOutdated(form.get('told'), await toldOf(asked)));
    if (isTold) await carryOut(asked, { allowed, by, remote_address: http.origin.remote_address });
    return reply.header('cache-control', 'no-store').redirect(`${issuer}${PATH}`, 303);
  };

  const forApprovals = () => ({ kind: 'approvals' }) as const;

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, PATH, 'backchannel.refused', {
        GET: signedInPage(forApprovals, show),
        POST: signedInPage(forApprovals, answer),
      });
    },
  };
}
