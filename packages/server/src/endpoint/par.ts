import type { ClientDirectory } from '../client-authentication/client-directory.ts';
import { Refusal } from '../refusal/refusal.ts';
import { readIdTokenHint } from '../token/id-token.ts';
import type { KeyRing } from '../token/key-ring.ts';
import {
  type AuthorizationRules,
  readAuthorizationRequest,
  trustedClient,
} from './authorize/authorization-request.ts';
import { parametersOf, readParameters } from './authorize/parameters.ts';
import type { PushedRequests } from './authorize/pushed-request.ts';
import type { ClientForms } from './client-form.ts';
import type { Endpoint } from './endpoint.ts';
import {
  answerRefusals,
  neverStored,
  type RefusalContext,
  readFormBodies,
  refuseOtherMethods,
} from './oauth-replies.ts';

export type ParOptions = RefusalContext & {
  readonly issuer: string;
  readonly directory: ClientDirectory;
  readonly clientForms: ClientForms;
  readonly keyRing: KeyRing;
  readonly pushedRequests: PushedRequests;
  readonly rules: () => AuthorizationRules;
};

const PATH = '/oauth2/par';

/**
 * Pushed authorization requests (RFC 9126): an authenticated client leaves its request here, where neither the
 * person nor the browser can change it, and is told at once what is wrong with it.
 */
export function parEndpoint(options: ParOptions): Endpoint {
  const { issuer, directory, clientForms, keyRing, pushedRequests, rules } = options;
  const subOfHint = async (hint: string) => (await readIdTokenHint(hint, issuer, keyRing))?.sub;

  return {
    metadata: {
      pushed_authorization_request_endpoint: `${issuer}${PATH}`,
      require_pushed_authorization_requests: false,
    },
    register(root) {
      root.register(async (app) => {
        readFormBodies(app);
        answerRefusals(app, 'authorization.refused', options);
        refuseOtherMethods(app, PATH, ['POST']);
        app.post<{ Body: string | undefined }>(PATH, async (request, reply) => {
          const { form, client } = await clientForms.read(request, `${issuer}${PATH}`);
          if (form.get('request_uri') !== undefined) {
            throw new Refusal('invalid_request', 'A request_uri cannot be pushed.', 'parameter_unsupported', {
              parameter: 'request_uri',
            });
          }
          const { client_id } = client.known.client;
          const parameters = parametersOf({ ...readParameters(request.body ?? '').all(), client_id });
          const trusted = await trustedClient(parameters, directory);
          await readAuthorizationRequest(parameters, trusted, rules(), subOfHint);
          return neverStored(reply)
            .code(201)
            .send(await pushedRequests.push(client_id, parameters));
        });
      });
    },
  };
}
