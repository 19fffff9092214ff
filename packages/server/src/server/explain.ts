import type { Certificate, PresentedCertificate } from '@countersign/x509';
import type { ExplainedStep, Explanation } from '../admin/certificate-resource.ts';
import { describeCertificate } from '../event/describe-certificate.ts';
import { causeInWords } from '../refusal/cause-in-words.ts';
import { invalidClient } from '../refusal/error-codes.ts';
import { Refusal } from '../refusal/refusal.ts';
import { createClientAuthentication } from './client-authentication.ts';
import type { OpenHome } from './open-home.ts';
import { followingOutboundFetch } from './outbound.ts';
import { clientAuthOf } from './transport.ts';
import { trustKeeping } from './trust-stores.ts';

function failedStep(step: string, refusal: Refusal): ExplainedStep {
  const { because, evidence } = refusal;
  return { step, outcome: 'failed', detail: { because, ...causeInWords(because, evidence), ...evidence } };
}

/**
 * Decides offline, with the very code of the server and the configuration of now, whether a certificate
 * authenticates a client, and tells every step on the way.
 * @param chain what the client would send beside its certificate
 */
export async function explainCertificate(
  opened: OpenHome,
  client_id: string,
  certificate: Certificate,
  chain: readonly Certificate[],
): Promise<Explanation> {
  const { atStart } = opened.configuration;
  const configuration = await opened.configuration.follow({ onReload: () => {} });
  const outbound = followingOutboundFetch(opened, configuration.stores);
  const { source } = trustKeeping(opened, configuration);
  const authentication = await createClientAuthentication(opened, source, outbound, {
    notesClaims: false,
  });
  try {
    const presented: PresentedCertificate = { certificate, chain, source: { kind: 'tls' } };
    const steps: ExplainedStep[] = [
      { step: 'the certificate can be read', outcome: 'passed', detail: describeCertificate(presented) },
    ];
    const { main, second } = clientAuthOf(atStart.transport);
    const clientAuth = second ?? main;
    if (clientAuth === 'none') {
      const detail = { expected: 'clientAuth = "want" or "require"', presented: clientAuth };
      steps.push({ step: 'the handshake asks for it', outcome: 'failed', detail });
      return { authenticated: false, steps };
    }
    const elsewhere = second && {
      asked_at: atStart.transport.mtls.base_url,
      not_asked_at: `${atStart.server.base_url}, where it counts as absent: the wrong port`,
    };
    steps.push({
      step: 'the handshake asks for it',
      outcome: 'passed',
      detail: { clientAuth, ...elsewhere },
    });
    if (!authentication.trust.admits(presented)) {
      const refusal = invalidClient(
        'certificate_not_admitted',
        authentication.trust.whyNotAdmitted(presented),
      );
      return { authenticated: false, steps: [...steps, failedStep('the trust manager admits it', refusal)] };
    }
    steps.push({ step: 'the trust manager admits it', outcome: 'passed', detail: {} });
    const known = await authentication.directory.find(client_id);
    if (known) {
      const { client_name, token_endpoint_auth_method } = known.client.metadata;
      const detail = { client_id, client_name, token_endpoint_auth_method, enabled: known.client.enabled };
      steps.push({ step: 'the client is registered', outcome: 'passed', detail });
    }
    try {
      const { method } = await authentication.authenticateClient({
        client_id,
        basic: undefined,
        client_secret: undefined,
        client_assertion: undefined,
        client_assertion_type: undefined,
        certificate: presented,
        remote_address: '127.0.0.1',
        endpoint: `${atStart.server.base_url}/oauth2/token`,
      });
      const expected = known ? [...known.certificates.keys()] : [];
      const detail = { method, presented: certificate.thumbprint, ...(expected.length > 0 && { expected }) };
      return {
        authenticated: true,
        steps: [...steps, { step: 'it authenticates the client', outcome: 'passed', detail }],
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { authenticated: false, steps: [...steps, failedStep('it authenticates the client', error)] };
    }
  } finally {
    await authentication.close();
    outbound.close();
    configuration.close();
  }
}
