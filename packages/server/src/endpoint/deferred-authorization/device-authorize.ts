import type { Client } from '../../client/client.ts';
import { type LifetimeRules, lifetimeOf } from '../../client/client-lifetimes.ts';
import type { Clock } from '../../clock.ts';
import { DEVICE_CODE } from '../../grant/deferred-authorization.ts';
import type { ProtectedResource } from '../../grant/resource.ts';
import { isClientScope } from '../../grant/scope.ts';
import { type DeferredAuthorizationStore, StorageConflict } from '../../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../../token/opaque-token.ts';
import type { AddressBudget } from '../address-budget.ts';
import type { ClientForms } from '../client-form.ts';
import type { Endpoint } from '../endpoint.ts';
import {
  answerRefusals,
  neverStored,
  type RefusalContext,
  readFormBodies,
  refuseOtherMethods,
} from '../oauth-replies.ts';
import { REQUEST_RULES } from '../request-rules.ts';
import { displayedUserCode, generateUserCode } from './user-code.ts';

export type DeviceAuthorizeOptions = RefusalContext & {
  readonly issuer: string;
  readonly clientForms: ClientForms;
  readonly deferredAuthorizations: DeferredAuthorizationStore;
  readonly addressBudget: AddressBudget;
  readonly clock: Clock;
  /** `[oauth]` of now; seconds. */
  readonly rules: () => LifetimeRules<'device_code_lifetime'> & { readonly polling_interval: number };
  /** `[[resource]]` of now. */
  readonly resources: () => readonly ProtectedResource[];
};

const PATH = '/oauth2/device_authorize';
export const DEVICE_PATH = '/oauth2/device';
const ATTEMPTS = 5;
const requestRules = REQUEST_RULES.device_authorization;

/** The device authorization endpoint (RFC 8628 §3.1): a device without a browser asks for a code that a person types. */
export function deviceAuthorizeEndpoint(options: DeviceAuthorizeOptions): Endpoint {
  const { issuer, clientForms, deferredAuthorizations, rules, resources, events } = options;
  const { addressBudget, clock } = options;

  /** A user code that happens to be taken is drawn again. */
  const begun = async (
    { client_id, metadata }: Client,
    asked: { readonly scope: string; readonly resource: readonly string[] },
    device_code: string,
    now: number,
  ) => {
    const { scope, resource } = asked;
    const { polling_interval } = rules();
    const expires_in = lifetimeOf('device_code_lifetime', metadata, rules());
    for (let attempt = 1; ; attempt++) {
      const user_code = generateUserCode();
      try {
        await deferredAuthorizations.insert({
          authorization_sha256: hashOpaqueToken(device_code),
          kind: 'device',
          client_id,
          scope,
          ...(resource.length > 0 && { resource }),
          user_code,
          state: 'pending',
          interval: polling_interval,
          created_at: now,
          expires_at: now + expires_in * 1000,
        });
        return { user_code, expires_in, interval: polling_interval };
      } catch (error) {
        if (!(error instanceof StorageConflict) || attempt >= ATTEMPTS) throw error;
      }
    }
  };

  return {
    metadata: { device_authorization_endpoint: `${issuer}${PATH}` },
    register(root) {
      root.register(async (app) => {
        readFormBodies(app);
        answerRefusals(app, 'device.refused', options);
        refuseOtherMethods(app, PATH, ['POST']);
        app.post<{ Body: string | undefined }>(PATH, async (request, reply) => {
          const { form, client } = await clientForms.read(request, `${issuer}${PATH}`);
          requestRules.registered_for(DEVICE_CODE, client);
          requestRules.supported(form);
          const { client_id, metadata } = client.known.client;
          await addressBudget.spend(
            metadata.token_endpoint_auth_method === 'none' ? request.origin : { client_id },
            Buffer.byteLength(request.body ?? ''),
          );
          const granted = requestRules.scope(form.get('scope'), client.known, {
            allowed: () => true,
            unasked: isClientScope,
            resources: resources(),
          });
          const scope = `${granted}`;
          const resource = requestRules.resource(form.getAll('resource'), client.known, resources());
          const device_code = generateOpaqueToken();
          const { user_code, expires_in, interval } = await begun(
            client.known.client,
            { scope, resource },
            device_code,
            clock(),
          );
          events.record({
            type: 'device.begun',
            outcome: 'success',
            client_id,
            remote_address: request.origin.remote_address,
            detail: { scope },
          });
          const shown = displayedUserCode(user_code);
          neverStored(reply);
          return {
            device_code,
            user_code: shown,
            verification_uri: `${issuer}${DEVICE_PATH}`,
            verification_uri_complete: `${issuer}${DEVICE_PATH}?user_code=${shown}`,
            expires_in,
            interval,
          };
        });
      });
    },
  };
}
