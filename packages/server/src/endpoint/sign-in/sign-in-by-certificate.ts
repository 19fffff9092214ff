import type { FastifyReply } from 'fastify';
import { certificateOf } from '../../client-authentication/origin.ts';
import { accessDenied } from '../../refusal/error-codes.ts';
import type { CertificateSignIn } from '../../user-authentication/certificate-sign-in.ts';
import type { Endpoint } from '../endpoint.ts';
import type { CertificateListener } from './certificate-listener.ts';
import type { Interaction } from './interaction.ts';
import { SIGN_IN_BY_CERTIFICATE_PATH } from './page-paths.ts';
import type { PageRequest, PageRoutes } from './page-routes.ts';
import { SIGN_IN_REFUSED, type SignInAttempts } from './sign-in-attempts.ts';
import type { CompleteSignIn } from './sign-in-completion.ts';

export type SignInByCertificateOptions = {
  readonly pageRoutes: PageRoutes;
  /** Whether people may sign in by certificate. */
  readonly certificatesAllowed: () => boolean;
  readonly certificateSignIn: CertificateSignIn;
  readonly certificateListener: CertificateListener | undefined;
  readonly attempts: SignInAttempts;
  readonly complete: CompleteSignIn;
};

/** `/oauth2/sign-in/certificate`: the certificate of the browser, without a password. */
export function signInByCertificateEndpoint(options: SignInByCertificateOptions): Endpoint {
  const { pageRoutes, certificatesAllowed, certificateSignIn, certificateListener } = options;
  const { attempts, complete } = options;

  const byCertificate = async (
    { http, reply }: PageRequest,
    interaction: Interaction,
  ): Promise<FastifyReply> => {
    if (!certificatesAllowed()) {
      throw accessDenied('Signing in by certificate is off.', 'method_not_enabled', {
        expected: '[sign_in] client_certificate = true',
      });
    }
    const user = await certificateSignIn(certificateOf(http.origin));
    return complete(http, reply, user, ['pop'], interaction);
  };

  /** The form may come from the page's listener to this one, on another port. */
  const from = certificateListener?.elsewhere === undefined ? undefined : 'same-site';

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, SIGN_IN_BY_CERTIFICATE_PATH, SIGN_IN_REFUSED, {
        POST: attempts.attempt(byCertificate, from),
      });
    },
  };
}
