import { NO_ENDS } from '../client/token-ends.ts';
import type { AuthenticateClient } from '../client-authentication/authenticator-chain.ts';
import { cameFrom } from '../client-authentication/origin.ts';
import { readPresentation } from '../client-authentication/presentation.ts';
import type { Clock } from '../clock.ts';
import { describeCertificate } from '../event/describe-certificate.ts';
import type { Metrics } from '../event/metrics.ts';
import type { AuthorizationDetailsType } from '../grant/authorization-details.ts';
import type { ClientUses } from '../grant/client-uses.ts';
import type { TokenGrant, TokenRequest } from '../grant/grant.ts';
import type { ProtectedResource } from '../grant/resource.ts';
import type { TokenIssuance } from '../grant/token-issuance.ts';
import { invalidGrant, unsupportedGrantType } from '../refusal/error-codes.ts';
import { type Storage, StorageConflict } from '../storage/storage.ts';
import { UnreadableRecord } from '../storage/storage-errors.ts';
import { span } from '../telemetry/span.ts';
import { clientAuthenticationMetadata } from './client-authentication-metadata.ts';
import { readNamedForm } from './client-form.ts';
import { DPOP_METADATA, type DpopProofs } from './dpop.ts';
import type { Endpoint } from './endpoint.ts';
import {
  answerRefusals,
  commitRefusal,
  neverStored,
  type RefusalContext,
  readFormBodies,
  refuseOtherMethods,
} from './oauth-replies.ts';
import { REQUEST_RULES } from './request-rules.ts';

export type TokenEndpointOptions = RefusalContext & {
  readonly issuer: string;
  readonly authenticateClient: AuthenticateClient;
  readonly tokenEndpointAuthMethods: readonly string[];
  readonly tokenGrants: readonly TokenGrant[];
  readonly issueTokens: TokenIssuance;
  readonly clock: Clock;
  readonly storage: Pick<Storage, 'commit' | 'reach'>;
  readonly dpopProofs: DpopProofs;
  readonly metrics: Pick<Metrics, 'tokensIssued'>;
  readonly clientUses: ClientUses;
  /** `[[resource]]` of now. */
  readonly resources: () => readonly ProtectedResource[];
  readonly detailsTypes: () => readonly AuthorizationDetailsType[];
};

/** How often a request is planned whose conditions another request made untrue. */
const MOST_ATTEMPTS = 5;

const PATH = '/oauth2/token';
const TOKEN_REFUSED = 'token.refused';
const requestRules = REQUEST_RULES.token;

/** What the grant decides. A grant that hangs on a record which cannot be read is none. @throws Refusal */
async function planned(grant: TokenGrant, request: TokenRequest) {
  try {
    const plan = await span('grant', (note) => {
      note?.({ 'countersign.grant_type': grant.grant_type });
      return grant.plan(request);
    });
    const { generation } = request.client.known.client.token_ends ?? NO_ENDS;
    return generation === 0 ? plan : { ...plan, client_generation: generation };
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    const { record, why } = error;
    const { client_id } = request.client.known.client;
    throw invalidGrant('The grant is not valid.', 'record_unreadable', { client_id, record, why });
  }
}

/** The token endpoint (RFC 6749 §3.2): form in, client authenticated, grant decided, token out. */
export function tokenEndpoint(options: TokenEndpointOptions): Endpoint {
  const { issuer, clock, authenticateClient, dpopProofs, issueTokens } = options;
  const { events, storage, resources, detailsTypes, clientUses } = options;
  const { tokensIssued } = options.metrics;
  const tokenGrants = new Map(options.tokenGrants.map((grant) => [grant.grant_type, grant]));

  /** Where another request was faster, what it wrote decides. */
  const granted = async (grant: TokenGrant, request: TokenRequest) => {
    for (let attempts = 1; ; attempts++) {
      const plan = await planned(grant, request);
      const issued = await issueTokens(plan, request.client.known, request.now);
      if (issued.outcome === 'issued') return { plan, ...issued };
      if (attempts === MOST_ATTEMPTS) throw new StorageConflict(`not so: ${issued.condition}`);
    }
  };

  return {
    metadata: {
      token_endpoint: `${issuer}${PATH}`,
      grant_types_supported: [...tokenGrants.keys()],
      ...clientAuthenticationMetadata('token_endpoint', options.tokenEndpointAuthMethods),
      ...DPOP_METADATA,
    },
    register(root) {
      root.register(async (app) => {
        readFormBodies(app);
        answerRefusals(app, TOKEN_REFUSED, options);
        dpopProofs.offerNonces(app);
        refuseOtherMethods(app, PATH, ['POST']);
        app.post<{ Body: string | undefined }>(PATH, async (request, reply) => {
          const form = readNamedForm(request);
          const came = cameFrom(request.origin);
          const { certificate, remote_address } = came;
          const { authorization } = request.headers;
          const grant_type = form.require('grant_type');
          const authenticated = await authenticateClient(
            readPresentation(form, authorization, came, `${issuer}${PATH}`, request.client_id),
          );
          request.client_id = authenticated.known.client.client_id;
          request.is_authenticated = authenticated.method !== 'none';
          const grant = tokenGrants.get(grant_type);
          if (!grant) {
            throw unsupportedGrantType('This grant_type is not supported.', 'grant_type_unsupported', {
              client_id: authenticated.known.client.client_id,
              expected: [...tokenGrants.keys()],
              presented: grant_type.slice(0, 200),
            });
          }
          requestRules.registered_for(grant_type, authenticated);
          const client = await dpopProofs.senderOf(authenticated, request);
          requestRules.sender_constraint(client);
          const now = clock();
          const { plan, jti, answer } = await granted(grant, {
            form,
            client,
            issuer,
            resources: resources(),
            detailsTypes: detailsTypes(),
            remote_address,
            async refuse(refusal, id, ends) {
              const ended = { kind: 'grant', id } as const;
              await commitRefusal(refusal, request, TOKEN_REFUSED, { storage, events }, ended, ends);
              throw refusal;
            },
            now,
          });
          // A public client has shown what was granted to it.
          request.is_authenticated = true;
          for (const event of plan.events ?? []) events.record({ remote_address, ...event });
          const told = () => ({
            client_id: plan.client_id,
            remote_address,
            ...(certificate && { certificate: describeCertificate(certificate) }),
            detail: {
              grant_type,
              sub: plan.sub,
              scope: plan.scope,
              jti,
              ...(plan.grant_id !== undefined && { grant_id: plan.grant_id }),
              method: client.method,
            },
          });
          // Each that was issued by what was known last is told of: the client may have been disabled since.
          const isWhole = storage.reach.state() !== 'reached';
          events.recordSampled('token.issued', 'success', told, { isWhole });
          tokensIssued.of({ grant_type, token_endpoint_auth_method: client.method }).value++;
          clientUses.issued(plan.client_id);
          neverStored(reply);
          return answer;
        });
      });
    },
  };
}
