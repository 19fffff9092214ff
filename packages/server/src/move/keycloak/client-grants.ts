import { attributeOf, type ClientDraft, isOn } from './draft.ts';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const CIBA = 'urn:openid:params:grant-type:ciba';

export type Grants = {
  /** Whether people sign in to it, by whichever grant. */
  readonly signsIn: boolean;
  readonly refreshes: boolean;
  readonly exchanges: boolean;
  readonly forItself: boolean;
};

/** CIBA, with how the client is told; undefined where that cannot be. */
function readCiba(draft: ClientDraft): string | undefined {
  const { realm, metadata, attributes } = draft;
  if (!isOn(draft, 'oidc.ciba.grant.enabled')) return undefined;
  const mode =
    attributeOf(draft, 'ciba.backchannel.token.delivery.mode') ??
    realm.attributes.get('cibaBackchannelTokenDeliveryMode') ??
    'poll';
  if (mode !== 'poll' && mode !== 'ping') {
    attributes.note('oidc.ciba.grant.enabled', {
      outcome: 'lost',
      why: 'the delivery mode is push, which is not supported',
    });
    return undefined;
  }
  metadata.set('backchannel_token_delivery_mode', mode);
  attributes.note('oidc.ciba.grant.enabled');
  attributes.note('ciba.backchannel.token.delivery.mode', { why: mode });
  return CIBA;
}

/**
 * The code flow, which needs an address to answer to. With the implicit flow beside it Keycloak takes `code id_token`; no
 * other response type of that flow is here.
 */
function readCodeFlow(draft: ClientDraft, redirectUris: readonly string[]): string | undefined {
  const { client, metadata, fields } = draft;
  if (client.implicitFlowEnabled) fields.note('implicitFlowEnabled');
  if (!client.standardFlowEnabled) return undefined;
  if (redirectUris.length === 0) {
    fields.note('standardFlowEnabled', {
      outcome: 'asked',
      why: 'no redirect URI can be registered; answer redirect_uris with those that are used',
    });
    return undefined;
  }
  fields.note('standardFlowEnabled');
  if (client.implicitFlowEnabled) metadata.set('response_types', ['code', 'code id_token']);
  return 'authorization_code';
}

/** What the client may ask for tokens by. */
export function readGrants(draft: ClientDraft, redirectUris: readonly string[]): Grants {
  const { client, metadata, fields, attributes } = draft;
  const grants: string[] = [];
  const code = readCodeFlow(draft, redirectUris);
  if (code !== undefined) grants.push(code);
  if (client.directAccessGrantsEnabled) {
    grants.push('password');
    fields.note('directAccessGrantsEnabled');
  }
  if (isOn(draft, 'oauth2.device.authorization.grant.enabled')) {
    grants.push(DEVICE);
    attributes.note('oauth2.device.authorization.grant.enabled');
  }
  const ciba = readCiba(draft);
  if (ciba !== undefined) grants.push(ciba);
  const signsIn = grants.length > 0;
  const refreshes = signsIn && attributeOf(draft, 'use.refresh.tokens') !== 'false';
  if (refreshes) grants.push('refresh_token');
  if (attributeOf(draft, 'use.refresh.tokens') !== undefined) {
    attributes.note('use.refresh.tokens', { why: refreshes ? 'refresh_token' : 'without refresh_token' });
  }
  if (client.serviceAccountsEnabled && !client.publicClient) {
    grants.push('client_credentials');
    fields.note('serviceAccountsEnabled');
  }
  const exchanges = isOn(draft, 'standard.token.exchange.enabled') && !client.publicClient;
  if (exchanges) {
    grants.push(EXCHANGE);
    attributes.note('standard.token.exchange.enabled');
  }
  if (client.bearerOnly) fields.note('bearerOnly');
  if (grants.length === 0 && client.standardFlowEnabled) draft.leaveOut();
  metadata.set('grant_types', grants);
  metadata.set('skip_consent', client.consentRequired !== true);
  fields.note('consentRequired', {
    why: client.consentRequired ? 'people are asked' : 'people are not asked, as they were not',
  });
  return { signsIn, refreshes, exchanges, forItself: grants.includes('client_credentials') };
}
