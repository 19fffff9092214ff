import { certificateDescription } from '@countersign/x509';
import type { FastifyRequest } from 'fastify';
import { certificateOf } from '../../client-authentication/origin.ts';
import type { ClientStore, ConsentStore } from '../../storage/storage.ts';
import { unlessUnreadable } from '../../storage/storage-errors.ts';
import type { CertificateCredential } from '../../user/credential.ts';
import type { BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Pages } from '../page/pages.ts';
import { initiationAt } from '../page/way-on.ts';
import { type AccountApplication, accountOverviewPage } from './account-overview-page.ts';
import type { AccountPages } from './account-pages.ts';
import type { CertificateRegistration } from './account-security-card.ts';
import type { CertificateListener } from './certificate-listener.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { SignedInHandler } from './signed-in-page.ts';

export type AccountOverviewOptions = {
  readonly issuer: string;
  readonly account: AccountPages;
  readonly pages: Pages;
  readonly sessions: Pick<BrowserSessions, 'list'>;
  readonly secondFactors: Pick<SecondFactors, 'list'>;
  readonly clients: Pick<ClientStore, 'find'>;
  readonly consents: Pick<ConsentStore, 'list'>;
  /** Whether people may sign in by certificate. */
  readonly certificatesAllowed: () => boolean;
  readonly certificateListener: CertificateListener | undefined;
};

const MOST_CONSENTS = 500;

/** `/account`: what a person can see of their own, with the ways to change it. */
export function accountOverviewEndpoint(options: AccountOverviewOptions): Endpoint {
  const { account, pages, sessions, secondFactors, clients, consents } = options;
  const { issuer, certificatesAllowed, certificateListener } = options;

  /** On another listener the certificate of this browser is not known before the form is sent. */
  const registrationOf = (
    { origin }: FastifyRequest,
    have: readonly CertificateCredential[],
  ): CertificateRegistration => {
    if (!certificateListener || !certificatesAllowed()) return { kind: 'off' };
    const presented = certificateOf(origin)?.certificate;
    if (have.some(({ credential_id }) => credential_id === presented?.thumbprint)) {
      return { kind: 'registered' };
    }
    if (!presented && certificateListener.elsewhere === undefined) return { kind: 'no-certificate' };
    return {
      kind: 'possible',
      action: certificateListener.url(ACCOUNT_PATHS.certificate),
      subject: presented && certificateDescription(presented).subject,
    };
  };

  const applicationsOf = async (sub: string): Promise<readonly AccountApplication[]> => {
    const { items } = await consents.list({ sub }, { limit: MOST_CONSENTS });
    return Promise.all(
      items.map(async ({ client_id, scopes, granted_at }) => {
        const client = await unlessUnreadable(clients.find(client_id));
        const begin = client?.enabled && initiationAt(client.metadata.initiate_login_uri, issuer);
        const name = client?.metadata.client_name ?? client_id;
        return { client_id, name, scopes, granted_at, ...(begin && { begin }) };
      }),
    );
  };

  const overview: SignedInHandler = async (request) => {
    const { language, http, reply, signedIn } = request;
    const { sub } = signedIn.user;
    const done = account.takeNotice(request);
    const factors = await secondFactors.list(sub);
    return pages.send(reply, {
      language,
      width: 'wide',
      policy: { formTargets: [certificateListener?.elsewhere] },
      title: language.text('account.title'),
      body: accountOverviewPage({
        language,
        path: pages.path,
        formToken: account.formToken(request),
        signedIn,
        done,
        security: { factors, registration: registrationOf(http, factors.certificates) },
        applications: await applicationsOf(sub),
        sessions: await sessions.list(sub),
      }),
    });
  };

  return {
    metadata: {},
    register(root) {
      account.register(root, ACCOUNT_PATHS.overview, { GET: account.page(overview) });
    },
  };
}
