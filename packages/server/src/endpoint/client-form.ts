import type { FastifyRequest } from 'fastify';
import type { AuthenticateClient } from '../client-authentication/authenticator-chain.ts';
import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import { cameFrom } from '../client-authentication/origin.ts';
import { type CredentialForm, namedClient, readPresentation } from '../client-authentication/presentation.ts';
import { parseForm, type TokenForm } from '../grant/token-form.ts';
import { invalidClient, invalidRequest, unauthorizedClient } from '../refusal/error-codes.ts';

/** Reads a form and authenticates the client that sent it, as every endpoint for clients does. */
export type ClientForms = {
  /** @param endpoint the endpoint's URI, as the metadata has it @throws Refusal */
  read(
    request: FastifyRequest,
    endpoint: string,
  ): Promise<{ readonly form: TokenForm; readonly client: AuthenticatedClient }>;
};

/** Reads a form, and notes whom the request names, however badly it is made: its refusal is about that client. @throws Refusal */
export function readNamedForm(request: FastifyRequest): TokenForm {
  const { authorization } = request.headers;
  request.client_id = namedClient({ get: () => undefined }, authorization);
  const body = typeof request.body === 'string' ? request.body : '';
  try {
    const form = parseForm(body);
    request.client_id = namedClient(form, authorization);
    return form;
  } catch (error) {
    request.client_id = namedClient(saidOnce(body), authorization);
    throw error;
  }
}

/** What a form that cannot be read says once, or always the same. */
function saidOnce(body: string): CredentialForm {
  const parameters = new URLSearchParams(body);
  return {
    get(name) {
      const [value, ...others] = new Set(parameters.getAll(name));
      return others.length === 0 && value !== '' ? value : undefined;
    },
  };
}

export function createClientForms(authenticateClient: AuthenticateClient): ClientForms {
  return {
    async read(request, endpoint) {
      const form = readNamedForm(request);
      const presentation = readPresentation(
        form,
        request.headers.authorization,
        cameFrom(request.origin),
        endpoint,
        request.client_id,
      );
      const client = await authenticateClient(presentation);
      request.client_id = client.known.client.client_id;
      request.is_authenticated = client.method !== 'none';
      return { form, client };
    },
  };
}

/** @throws Refusal `unauthorized_client` */
export function checkRegisteredFor(grant_type: string, { known }: AuthenticatedClient): void {
  if (known.grant_types.has(grant_type)) return;
  throw unauthorizedClient('The client is not registered for this grant_type.', 'grant_type_not_registered', {
    client_id: known.client.client_id,
    expected: [...known.grant_types],
    presented: grant_type,
  });
}

/** @throws Refusal `invalid_client` for a public client, which proves nothing by naming itself */
export function checkConfidential({ known: { client } }: AuthenticatedClient): void {
  if (client.metadata.token_endpoint_auth_method !== 'none') return;
  const evidence = {
    client_id: client.client_id,
    expected: 'a token_endpoint_auth_method other than none',
  };
  throw invalidClient('client_not_confidential', evidence, 'The client must authenticate.');
}

/**
 * Makes the check for parameters that mean something and are not read here: passed over in silence, a client would
 * take for asked what nobody read.
 * @returns throws Refusal `invalid_request`, naming the parameter
 */
export function refusing(...names: readonly string[]): (form: TokenForm) => void {
  return (form) => {
    const parameter = names.find((name) => form.get(name) !== undefined);
    if (parameter === undefined) return;
    throw invalidRequest(`The parameter ${parameter} is not supported here.`, 'parameter_unsupported', {
      parameter,
    });
  };
}
