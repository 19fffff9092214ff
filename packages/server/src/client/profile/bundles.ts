import type { Profile } from '../profile-name.ts';
import type { Bundle } from './switches.ts';

const FAPI2 = 'FAPI 2.0 Security Profile';
const MESSAGE_SIGNING = 'FAPI 2.0 Message Signing';
const FAPI1 = 'FAPI 1.0 Advanced';
const BASELINE = 'FAPI 1.0 Baseline';
const UK = 'UK Open Banking Security Profile';
const BRASIL = 'Open Finance Brasil Financial-grade API Security Profile 1.0';
const CDR = 'Consumer Data Standards (Australia), Security Profile';
const CONNECTID = 'ConnectID Security Profile (Australia)';
const KSA = 'KSA Open Banking Framework, Security Profile';

const FAPI2_SECURITY: Bundle = {
  title: 'FAPI 2.0 Security Profile',
  rules: {
    pushed_request: `${FAPI2} §5.3.2.2-3`,
    redirect_uri_named: `${FAPI2} §5.3.2.2-6`,
    pkce: `${FAPI2} §5.3.2.2-5`,
    client_authentication: `${FAPI2} §5.3.2.1-6`,
    assertion_audience: `${FAPI2} §5.3.2.1-8`,
    sender_constraint: `${FAPI2} §5.3.2.1-4`,
    dpop_nonce: `${FAPI2} §5.3.2.1-10`,
    code_lifetime: `${FAPI2} §5.3.2.1-11`,
    no_refresh_token_rotation: `${FAPI2} §5.3.2.1-9`,
    confidential: `${FAPI2} §5.3.2.1-3`,
    no_password: `${FAPI2} §5.3.2.1-2`,
  },
  authentication: {
    of: ['tls_client_auth', 'self_signed_tls_client_auth', 'private_key_jwt'],
    clause: `${FAPI2} §5.3.2.1-6`,
  },
  algorithms: { of: ['PS256', 'ES256', 'EdDSA', 'Ed25519'], clause: `${FAPI2} §5.4.1-1` },
  response_types: { of: ['code'], clause: `${FAPI2} §5.3.2.2-1` },
  loopback_redirect: { allowed: true, clause: `${FAPI2} §5.3.2.2-8` },
};

const FAPI2_MESSAGE_SIGNING: Bundle = {
  ...FAPI2_SECURITY,
  title: 'FAPI 2.0 Message Signing, requests and responses',
  rules: {
    ...FAPI2_SECURITY.rules,
    request_object: `${MESSAGE_SIGNING} §5.3.1-1`,
    jwt_response: `${MESSAGE_SIGNING} §5.4.1-1`,
  },
};

const FAPI1_ADVANCED: Bundle = {
  title: 'FAPI 1.0 Part 2, Advanced; with a CIBA grant FAPI-CIBA',
  rules: {
    request_object: `${FAPI1} §5.2.2-1`,
    jwt_response: `${FAPI1} §5.2.2-2`,
    client_authentication: `${FAPI1} §5.2.2-14`,
    certificate_constraint: `${FAPI1} §5.2.2-5`,
    pkce_when_pushed: `${FAPI1} §5.2.2-18`,
    redirect_uri_named: `${BASELINE} §5.2.2-9`,
    nonce_or_state: `${BASELINE} §5.2.2.2 and §5.2.2.3`,
    scope_named: `${FAPI1} §5.2.3-8`,
    auth_req_id_once: 'CIBA Core §11',
    confidential: `${FAPI1} §5.2.2-16`,
    no_password: 'RFC 9700 §2.4',
  },
  authentication: {
    of: ['tls_client_auth', 'self_signed_tls_client_auth', 'private_key_jwt'],
    clause: `${FAPI1} §5.2.2-14`,
  },
  algorithms: { of: ['PS256', 'ES256'], clause: `${FAPI1} §8.6` },
  response_types: { of: ['code', 'code id_token'], clause: `${FAPI1} §5.2.2-2` },
  loopback_redirect: { allowed: false, clause: `${BASELINE} §5.2.2-20` },
};

/** What each bundle asks; a bundle of a market stands beside what it is made from. */
export const BUNDLES: Readonly<Record<Profile, Bundle>> = {
  'fapi2-security': FAPI2_SECURITY,
  'fapi2-message-signing': FAPI2_MESSAGE_SIGNING,
  'fapi1-advanced': FAPI1_ADVANCED,
  'uk-open-banking': {
    ...FAPI1_ADVANCED,
    title: 'UK Open Banking, on FAPI 1.0 Advanced',
    algorithms: { of: ['PS256'], clause: UK },
    response_types: { of: ['code id_token'], clause: UK },
  },
  'open-finance-brasil': {
    ...FAPI1_ADVANCED,
    title: 'Open Finance Brasil, on FAPI 1.0 Advanced',
    rules: {
      ...FAPI1_ADVANCED.rules,
      pkce: `${BRASIL} §5.2.2`,
      encrypted_unless_pushed: `${BRASIL} §5.2.2-1`,
      no_refresh_token_rotation: `${BRASIL} §5.2.2-17`,
      encrypted_id_tokens: `${BRASIL} §5.2.2.2-1`,
    },
    authentication: { of: ['private_key_jwt'], clause: `${BRASIL} §5.2.2` },
    algorithms: { of: ['PS256'], clause: `${BRASIL} §6.1` },
    response_types: { of: ['code id_token'], clause: `${BRASIL} §5.2.2` },
    access_token_lifetime: { least: 300, most: 900, clause: `${BRASIL} §5.2.2-13` },
  },
  'au-cdr': {
    ...FAPI1_ADVANCED,
    title: 'Consumer Data Right (Australia), on FAPI 1.0 Advanced',
    rules: { ...FAPI1_ADVANCED.rules, pushed_request: CDR, pkce: CDR },
    authentication: { of: ['private_key_jwt'], clause: CDR },
    response_types: { of: ['code'], clause: CDR },
  },
  'au-connectid': {
    ...FAPI2_SECURITY,
    title: 'ConnectID (Australia), on FAPI 2.0 with signed requests',
    rules: { ...FAPI2_SECURITY.rules, request_object: CONNECTID, certificate_constraint: CONNECTID },
    authentication: { of: ['private_key_jwt'], clause: CONNECTID },
    algorithms: { of: ['PS256'], clause: CONNECTID },
  },
  'ksa-open-banking': {
    ...FAPI1_ADVANCED,
    title: 'Open Banking in Saudi Arabia, on FAPI 1.0 Advanced',
    rules: { ...FAPI1_ADVANCED.rules, pushed_request: KSA, pkce: KSA },
    response_types: { of: ['code id_token'], clause: KSA },
  },
};
