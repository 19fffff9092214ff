import { certificateDescription } from '@countersign/x509';
import type { FastifyReply } from 'fastify';
import { certificateOf } from '../../client-authentication/origin.ts';
import type { Clock } from '../../clock.ts';
import { invalidRequest } from '../../refusal/error-codes.ts';
import type { Refusal } from '../../refusal/refusal.ts';
import type { CredentialStore } from '../../storage/storage.ts';
import { checkValidity } from '../../user-authentication/certificate-sign-in.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { AccountPages } from './account-pages.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { SignedInRequest } from './signed-in-page.ts';

export type AccountCertificateOptions = {
  readonly account: AccountPages;
  readonly clock: Clock;
  readonly secondFactors: Pick<SecondFactors, 'list'>;
  readonly credentials: Pick<CredentialStore, 'steps'>;
  /** Whether people may sign in by certificate. */
  readonly certificatesAllowed: () => boolean;
};

const MOST_CERTIFICATES = 20;
const LONGEST_SUBJECT = 500;

const cannotRegister = (username: string, why: string): Refusal =>
  invalidRequest('The certificate cannot be registered.', 'certificate_of_no_account', { username, why });

/** `/account/certificate`: the person registers the certificate that this browser presents. */
export function accountCertificateEndpoint(options: AccountCertificateOptions): Endpoint {
  const { account, clock, secondFactors, credentials, certificatesAllowed } = options;

  /** @throws Refusal */
  const register = async (request: SignedInRequest): Promise<FastifyReply> => {
    const { http, reply, signedIn } = request;
    const { sub, username } = signedIn.user;
    const presented = certificateOf(http.origin);
    if (!certificatesAllowed()) throw cannotRegister(username, 'signing in by certificate is off');
    if (!presented) throw cannotRegister(username, 'the browser presents no certificate');
    const now = clock();
    checkValidity(presented, now);
    const { certificate } = presented;
    if ((await secondFactors.list(sub)).certificates.length >= MOST_CERTIFICATES) {
      throw cannotRegister(username, `there are ${MOST_CERTIFICATES} already`);
    }
    const insertion = credentials.steps.insert({
      kind: 'certificate',
      credential_id: certificate.thumbprint,
      sub,
      created_at: now,
      subject: certificateDescription(certificate).subject.slice(0, LONGEST_SUBJECT),
      not_after: certificate.notAfter,
    });
    const isAdded = await account.change(request, [insertion], {
      type: 'credential.added',
      object: { kind: 'credential', id: certificate.thumbprint },
      changes: { certificate: { new: certificateDescription(certificate) } },
      detail: { kind: 'certificate', 'x5t#S256': certificate.thumbprint },
    });
    if (!isAdded) throw cannotRegister(username, 'it is registered already');
    return account.done(reply, 'account.certificatedone');
  };

  return {
    metadata: {},
    register(root) {
      account.register(root, ACCOUNT_PATHS.certificate, { POST: account.certificateForm(register) });
    },
  };
}
