import type { PresentedCertificate } from '@countersign/x509';
import type { Clock } from '../clock.ts';
import { accessDenied } from '../refusal/error-codes.ts';
import { outsideValidity } from '../refusal/outside-validity.ts';
import type { CredentialStore, UserStore } from '../storage/storage.ts';
import type { User } from '../user/user.ts';

/**
 * Signs a person in by the certificate their browser presented: exactly the one they registered, within its
 * validity. Whoever issued it does not matter, as with self-signed client certificates (RFC 8705 §2.2).
 * @throws Refusal `access_denied`
 */
export type CertificateSignIn = (presented: PresentedCertificate | undefined) => Promise<User>;

/** Refuses a certificate that is not valid at `now`, milliseconds since the epoch. @throws Refusal */
export function checkValidity({ certificate }: PresentedCertificate, now: number): void {
  if (certificate.isValidAt(now)) return;
  const { because, evidence } = outsideValidity(certificate, now);
  throw accessDenied('The certificate is not valid now.', because, evidence);
}

export function createCertificateSignIn(
  credentials: CredentialStore,
  users: UserStore,
  clock: Clock,
): CertificateSignIn {
  return async (presented) => {
    if (!presented) {
      throw accessDenied('No certificate arrived.', 'certificate_absent', {
        expected: 'a client certificate in the TLS handshake of the browser',
        presented: 'none',
      });
    }
    const { thumbprint } = presented.certificate;
    checkValidity(presented, clock());
    const credential = await credentials.find('certificate', thumbprint);
    const user = credential && (await users.find(credential.sub));
    if (!credential || !user) {
      throw accessDenied('The certificate is not registered.', 'certificate_of_no_account', {
        expected: 'a certificate registered by its owner on the account page',
        presented: { 'x5t#S256': thumbprint },
      });
    }
    if (!user.enabled) {
      throw accessDenied('The account is disabled.', 'user_disabled', {
        username: user.username,
      });
    }
    await credentials.update({ ...credential, last_used_at: clock() });
    return user;
  };
}
