import type { ClientDirectory } from '../client-authentication/client-directory.ts';
import { invalidDpopProof, invalidRequest } from '../refusal/error-codes.ts';
import type { AddressBudget } from './address-budget.ts';
import { type MeantPeople, readAuthorizationRequest } from './authorize/authorization-request.ts';
import { parametersOf, readParameters } from './authorize/parameters.ts';
import type { PushedRequests } from './authorize/pushed-request.ts';
import type { AuthorizationRules } from './authorize/request-checks.ts';
import type { RequestObjects } from './authorize/request-object.ts';
import type { ClientForms } from './client-form.ts';
import type { DpopProofs } from './dpop.ts';
import type { Endpoint } from './endpoint.ts';
import {
  answerRefusals,
  neverStored,
  type RefusalContext,
  readFormBodies,
  refuseOtherMethods,
} from './oauth-replies.ts';
import { REQUEST_RULES } from './request-rules.ts';

export type ParOptions = RefusalContext & {
  readonly issuer: string;
  readonly directory: ClientDirectory;
  readonly clientForms: ClientForms;
  readonly dpopProofs: DpopProofs;
  readonly people: MeantPeople;
  readonly pushedRequests: PushedRequests;
  readonly addressBudget: AddressBudget;
  readonly requestObjects: RequestObjects;
  readonly rules: () => AuthorizationRules;
};

const PATH = '/oauth2/par';
const requestRules = REQUEST_RULES.pushed_authorization_request;

/** A proof beside the request names the key the code will be bound to, as `dpop_jkt` does (RFC 9449 §10.1). */
function boundKey(proven: string | undefined, dpop_jkt: string | undefined): string | undefined {
  if (proven === undefined || dpop_jkt === undefined || proven === dpop_jkt) return proven ?? dpop_jkt;
  throw invalidDpopProof('dpop_jkt names another key than the DPoP proof.', 'dpop_key_differs', {
    expected: dpop_jkt,
    presented: proven,
  });
}

/**
 * Pushed authorization requests (RFC 9126): an authenticated client leaves its request here, where neither the
 * person nor the browser can change it, and is told at once what is wrong with it.
 */
export function parEndpoint(options: ParOptions): Endpoint {
  const { issuer, directory, clientForms, dpopProofs, requestObjects, people, pushedRequests, rules } =
    options;
  const { addressBudget } = options;

  return {
    metadata: {
      pushed_authorization_request_endpoint: `${issuer}${PATH}`,
      require_pushed_authorization_requests: false,
    },
    register(root) {
      root.register(async (app) => {
        readFormBodies(app);
        answerRefusals(app, 'authorization.refused', options);
        dpopProofs.offerNonces(app);
        refuseOtherMethods(app, PATH, ['POST']);
        app.post<{ Body: string | undefined }>(PATH, async (request, reply) => {
          const { form, client } = await clientForms.read(request, `${issuer}${PATH}`);
          if (form.get('request_uri') !== undefined) {
            throw invalidRequest('A request_uri cannot be pushed.', 'parameter_unsupported', {
              parameter: 'request_uri',
            });
          }
          const { client_id, metadata } = client.known.client;
          await addressBudget.spend(
            metadata.token_endpoint_auth_method === 'none' ? request.origin : { client_id },
            Buffer.byteLength(request.body ?? ''),
          );
          // Before the request object, which is of use once: the client may have to try again with a nonce.
          const proven = await dpopProofs.provenKey(request, metadata);
          const written = parametersOf({ ...readParameters(request.body ?? '').all(), client_id });
          const sent = (await requestObjects.unfold(written, client.known, true)).all();
          const dpop_jkt = boundKey(proven, sent.dpop_jkt);
          const parameters = parametersOf({
            ...sent,
            client_id,
            ...(dpop_jkt !== undefined && { dpop_jkt }),
          });
          const trusted = requestRules.redirect_uri(
            parameters,
            await requestRules.client_known(parameters, directory),
          );
          requestRules.redirect_uri_named(parameters, trusted);
          await readAuthorizationRequest(parameters, trusted, { ...rules(), pushed: true }, people);
          neverStored(reply).code(201);
          return pushedRequests.push(client_id, parameters);
        });
      });
    },
  };
}
