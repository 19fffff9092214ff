import type { PresentedCertificate } from '@countersign/x509';
import type { TokenEndpointAuthMethod } from '../client/token-endpoint-auth-method.ts';
import type { KnownClient } from './client-directory.ts';
import type { Presentation } from './presentation.ts';

/** A client that proved who it is, and how. */
export type AuthenticatedClient = {
  readonly known: KnownClient;
  /** A registered method, or the name of the plug-in that accepted it. */
  readonly method: TokenEndpointAuthMethod | string;
  /** The certificate of the request, whether or not it was what authenticated the client. */
  readonly certificate: PresentedCertificate | undefined;
  /** Thumbprint of the key whose DPoP proof came with the request (RFC 9449 §6.1), where one is read. */
  readonly dpop_jkt?: string;
};

/**
 * One way a client can prove itself. A method authenticator serves the clients registered for its method;
 * a plug-in looks at every request and may pass it on.
 */
export type ClientAuthenticator =
  | {
      readonly kind: 'method';
      readonly name: string;
      readonly methods: readonly TokenEndpointAuthMethod[];
      /**
       * Judges a client registered for one of `methods`.
       * @throws Refusal carrying what was expected and what was presented
       */
      authenticate(presentation: Presentation, client: KnownClient): Promise<void>;
    }
  | {
      readonly kind: 'plug-in';
      readonly name: string;
      /** @returns the client_id it vouches for, or undefined to pass. @throws Refusal */
      identify(presentation: Presentation): Promise<string | undefined>;
    };
