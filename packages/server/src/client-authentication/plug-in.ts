import {
  type Certificate,
  certificateDescription,
  certificateToPem,
  isoTime,
  type PresentedCertificate,
} from '@countersign/x509';
import { z } from 'zod';
import type { PlugInCertificate, PlugInRequest } from '../plug-in.ts';
import { PlugInUnavailable } from '../plug-in-process/hosted-plug-in.ts';
import { invalidClient, plugInUnavailable } from '../refusal/error-codes.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';
import type { Presentation } from './presentation.ts';

const Verdict = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('accepted'), client_id: z.string().min(1) }),
  z.object({ outcome: z.literal('refused'), reason: z.string() }),
  z.object({ outcome: z.literal('passed') }),
]);

/** A loaded plug-in, whose answers are anything until they are judged. */
export type LoadedAuthenticator = {
  readonly name: string;
  authenticate(request: PlugInRequest, properties: Readonly<Record<string, unknown>>): unknown;
};

function requestFor(presentation: Presentation): PlugInRequest {
  return {
    client_id: presentation.client_id,
    client_assertion: presentation.client_assertion,
    client_assertion_type: presentation.client_assertion_type,
    client_secret:
      presentation.client_secret ?? presentation.basic?.client_secret ?? presentation.basic?.plain_secret,
    remote_address: presentation.remote_address,
    endpoint: presentation.endpoint,
    certificate: presentation.certificate && certificateForPlugIn(presentation.certificate),
  };
}

/** RFC 4514, in which an empty name is no text at all. */
function subjectOf(certificate: Certificate): string {
  try {
    return certificate.subject.toString();
  } catch {
    return certificateDescription(certificate).subject;
  }
}

/** A certificate in the form plug-ins are given it. */
export function certificateForPlugIn({ certificate, source }: PresentedCertificate): PlugInCertificate {
  return {
    pem: certificateToPem(certificate),
    'x5t#S256': certificate.thumbprint,
    subject: subjectOf(certificate),
    not_before: isoTime(certificate.notBefore),
    not_after: isoTime(certificate.notAfter),
    source: source.kind,
  };
}

/**
 * Makes a loaded plug-in a link of the authenticator chain. Whatever it throws, answers wrongly or leaves
 * unanswered refuses that one request; so does that it cannot be asked, for it may be one that refuses.
 */
export function plugInAuthenticator(
  plugIn: LoadedAuthenticator,
  properties: Readonly<Record<string, unknown>>,
): ClientAuthenticator {
  const { name } = plugIn;
  return {
    kind: 'plug-in',
    name,
    async identify(presentation) {
      let verdict: z.infer<typeof Verdict>;
      try {
        verdict = Verdict.parse(await plugIn.authenticate(requestFor(presentation), properties));
      } catch (error) {
        if (error instanceof PlugInUnavailable) throw plugInUnavailable({ authenticator: name }, error);
        throw invalidClient('authenticator_failed', {
          authenticator: name,
          error: error instanceof Error ? error.message : String(error),
        });
      }
      if (verdict.outcome === 'passed') return undefined;
      if (verdict.outcome === 'accepted') return verdict.client_id;
      throw invalidClient('authenticator_refused', { authenticator: name, reason: verdict.reason });
    },
  };
}
