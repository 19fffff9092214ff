/**
 * What a client is registered with, by the names of RFC 7591 and of Countersign; `SUITE` stands for the address of the
 * conformance suite, `PLAN` for the name of the plan, `APPROVER` for who is asked over the backchannel.
 */
export type Metadata = Readonly<Record<string, unknown>>;

/** What a client of a plan proves itself with, and what it has beside. */
export type PlanClient = {
  /** The name the plan's configuration gives it. */
  readonly as: 'client' | 'client2' | 'client_secret_post';
  readonly metadata: Metadata;
  /** A self-signed certificate of its own, registered: the configuration holds it as `mtls` or `mtls2`. */
  readonly certificate: boolean;
  /** What the client's key signs with; without one it has no key. */
  readonly key?: 'PS256' | 'ES256';
  /** Whether the key is registered: the suite wants one in every FAPI configuration, used or not. */
  readonly publishesKey?: boolean;
  /** What the plan's configuration says of it beside its id, secret and key. */
  readonly configured?: Metadata;
};

/** A plan of the suite in one variant, and how the server is made ready for it. */
export type Plan = {
  /** Ours: names the configuration's file, and is the alias under which the suite is called back. */
  readonly name: string;
  readonly suitePlan: string;
  readonly variant: Readonly<Record<string, string>>;
  /** Empty for a plan that registers its clients itself, and has no alias then. */
  readonly clients: readonly PlanClient[];
  /** Where the plan's modules use their tokens; absent where the suite asks UserInfo without being told. */
  readonly resource?: 'userinfo' | 'resource server';
  /** What the plan's configuration holds beside. */
  readonly configured?: Metadata;
};

const OPENID = {
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid profile email address phone offline_access',
  redirect_uris: ['SUITE/test/a/PLAN/callback'],
};

const secretClient = (as: PlanClient['as'], method: string): PlanClient => ({
  as,
  metadata: { ...OPENID, token_endpoint_auth_method: method },
  certificate: false,
});

/** The three clients of the plans of OpenID Connect whose clients are registered beforehand. */
const SECRET_CLIENTS: readonly PlanClient[] = [
  secretClient('client', 'client_secret_basic'),
  secretClient('client2', 'client_secret_basic'),
  secretClient('client_secret_post', 'client_secret_post'),
];

const STATIC = {
  variant: { server_metadata: 'discovery', client_registration: 'static_client' },
  clients: SECRET_CLIENTS,
};

const DYNAMIC = {
  clients: [],
  configured: { client: { client_name: 'Conformance 1' }, client2: { client_name: 'Conformance 2' } },
};

const OPENID_PLANS: readonly Plan[] = [
  { name: 'config', suitePlan: 'oidcc-config-certification-test-plan', variant: {}, clients: [] },
  {
    name: 'basic-static',
    suitePlan: 'oidcc-basic-certification-test-plan',
    ...STATIC,
  },
  {
    name: 'basic-dynamic',
    suitePlan: 'oidcc-basic-certification-test-plan',
    variant: { server_metadata: 'discovery', client_registration: 'dynamic_client' },
    ...DYNAMIC,
  },
  {
    name: 'form-post-basic',
    suitePlan: 'oidcc-formpost-basic-certification-test-plan',
    ...STATIC,
  },
  {
    name: 'dynamic',
    suitePlan: 'oidcc-dynamic-certification-test-plan',
    variant: { response_type: 'code' },
    ...DYNAMIC,
  },
  {
    name: 'third-party-login',
    suitePlan: 'oidcc-3rdparty-init-login-certification-test-plan',
    variant: { response_type: 'code' },
    ...DYNAMIC,
  },
  {
    name: 'rp-initiated-logout',
    suitePlan: 'oidcc-rp-initiated-logout-certification-test-plan',
    variant: { response_type: 'code', client_registration: 'dynamic_client' },
    ...DYNAMIC,
  },
  {
    name: 'back-channel-logout',
    suitePlan: 'oidcc-backchannel-rp-initiated-logout-certification-test-plan',
    variant: { response_type: 'code', client_registration: 'dynamic_client' },
    ...DYNAMIC,
  },
];

type Authentication = 'mtls' | 'private_key_jwt';
type SenderConstraint = 'mtls' | 'dpop';

/** What a client under a profile is registered with. */
type ProfiledClients = {
  readonly authentication: Authentication;
  readonly constraint: SenderConstraint;
  /** Whether it signs more than its assertions. */
  readonly signs: boolean;
  readonly metadata: Metadata;
  readonly configured: Metadata;
};

/** The two clients of a plan under a profile; the second has a query in its redirect URI, as the suite asks. */
function profiledClients(of: ProfiledClients): readonly PlanClient[] {
  const byCertificate = of.authentication === 'mtls';
  const ways = [
    { as: 'client', redirect_uri: 'SUITE/test/a/PLAN/callback', algorithm: 'PS256' },
    {
      as: 'client2',
      redirect_uri: 'SUITE/test/a/PLAN/callback?dummy1=lorem&dummy2=ipsum',
      algorithm: 'ES256',
    },
  ] as const;
  return ways.map(({ as, redirect_uri, algorithm }) => ({
    as,
    certificate: byCertificate || of.constraint === 'mtls',
    key: algorithm,
    publishesKey: !byCertificate || of.signs,
    metadata: {
      redirect_uris: [redirect_uri],
      token_endpoint_auth_method: byCertificate ? 'self_signed_tls_client_auth' : 'private_key_jwt',
      ...(of.constraint === 'mtls' && { tls_client_certificate_bound_access_tokens: true }),
      ...(of.constraint === 'dpop' && { dpop_bound_access_tokens: true }),
      ...of.metadata,
    },
    configured: { ...of.configured, ...(of.constraint === 'dpop' && { dpop_signing_alg: 'ES256' }) },
  }));
}

/** What the FAPI plans' clients may ask for, and what they do. */
const CODE_GRANT = {
  metadata: {
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid profile email offline_access',
  },
  configured: { scope: 'openid profile' },
};

const short = (authentication: Authentication): string =>
  authentication === 'mtls' ? 'mtls' : 'private-key-jwt';

/** Every way FAPI 2.0 lets a client prove itself and hold its tokens. */
const FAPI2_WAYS = (['mtls', 'private_key_jwt'] as const).flatMap((authentication) =>
  (['mtls', 'dpop'] as const).map((constraint) => ({ authentication, constraint })),
);

type Fapi2Way = (typeof FAPI2_WAYS)[number];

const FAPI2_VARIANT = { fapi_profile: 'plain_fapi', openid: 'openid_connect' };

const wayVariant = ({ authentication, constraint }: Fapi2Way) => ({
  client_auth_type: authentication,
  sender_constrain: constraint,
});

/** A token bound to a certificate is used at a resource that is told of certificates; UserInfo takes DPoP proofs. */
const resourceOf = ({ constraint }: Fapi2Way): Pick<Plan, 'resource'> => ({
  resource: constraint === 'mtls' ? 'resource server' : 'userinfo',
});

function securityProfile(
  way: Fapi2Way,
  name: string,
  request: 'simple' | 'rar',
  configured?: Metadata,
): Plan {
  return {
    name: `fapi2-security-${name}`,
    suitePlan: 'fapi2-security-profile-final-test-plan',
    variant: { ...FAPI2_VARIANT, ...wayVariant(way), authorization_request_type: request },
    clients: profiledClients({
      ...way,
      signs: false,
      metadata: { profile: 'fapi2-security', ...CODE_GRANT.metadata },
      configured: CODE_GRANT.configured,
    }),
    ...resourceOf(way),
    ...(configured && { configured }),
  };
}

/** What a client asks for in detail (RFC 9396); `deployment.toml` has the type. */
const PAYMENT = {
  type: 'payment_initiation',
  actions: ['initiate'],
  instructedAmount: { currency: 'EUR', amount: '123.50' },
  creditorAccount: { iban: 'DE02100100109307118603' },
};

const clientCredentials = (way: Fapi2Way): Plan => ({
  name: `fapi2-client-credentials-${short(way.authentication)}-${way.constraint}`,
  suitePlan: 'fapi2-security-profile-final-test-plan',
  variant: {
    ...wayVariant(way),
    openid: 'plain_oauth',
    fapi_profile: 'fapi_client_credentials_grant',
    authorization_request_type: 'simple',
  },
  clients: profiledClients({
    ...way,
    signs: false,
    metadata: {
      profile: 'fapi2-security',
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
      scope: 'accounts',
    },
    configured: { scope: 'accounts' },
  }),
  resource: 'resource server',
});

/** Which messages of a variant of FAPI 2.0 Message Signing are signed, and what of the registration says so. */
type Signed = {
  readonly request: boolean;
  readonly response: boolean;
  readonly metadata: Metadata;
};

const BOTH_SIGNED: Signed = {
  request: true,
  response: true,
  metadata: { profile: 'fapi2-message-signing' },
};

const REQUEST_SIGNED: Signed = {
  request: true,
  response: false,
  metadata: { profile: 'fapi2-security', require_signed_request_object: true },
};

const RESPONSE_SIGNED: Signed = {
  request: false,
  response: true,
  metadata: { profile: 'fapi2-security' },
};

function messageSigning(way: Fapi2Way, signed: Signed): Plan {
  const kind = signed.request ? (signed.response ? 'both' : 'request') : 'response';
  return {
    name: `fapi2-signing-${short(way.authentication)}-${way.constraint}-${kind}`,
    suitePlan: 'fapi2-message-signing-final-test-plan',
    variant: {
      ...FAPI2_VARIANT,
      ...wayVariant(way),
      authorization_request_type: 'simple',
      fapi_request_method: signed.request ? 'signed_non_repudiation' : 'unsigned',
      fapi_response_mode: signed.response ? 'jarm' : 'plain_response',
    },
    clients: profiledClients({
      ...way,
      signs: signed.request,
      metadata: { ...signed.metadata, ...CODE_GRANT.metadata },
      configured: CODE_GRANT.configured,
    }),
    ...resourceOf(way),
  };
}

const BY_KEY_AND_CERTIFICATE: Fapi2Way = { authentication: 'private_key_jwt', constraint: 'mtls' };
const BY_KEY_AND_DPOP: Fapi2Way = { authentication: 'private_key_jwt', constraint: 'dpop' };

const FAPI2_PLANS: readonly Plan[] = [
  ...FAPI2_WAYS.map((way) =>
    securityProfile(way, `${short(way.authentication)}-${way.constraint}`, 'simple'),
  ),
  securityProfile(BY_KEY_AND_CERTIFICATE, 'private-key-jwt-mtls-rar', 'rar', {
    resource: { richAuthorizationRequest: [PAYMENT] },
  }),
  ...[{ authentication: 'mtls', constraint: 'mtls' } as const, BY_KEY_AND_DPOP, BY_KEY_AND_CERTIFICATE].map(
    clientCredentials,
  ),
  ...FAPI2_WAYS.map((way) => messageSigning(way, BOTH_SIGNED)),
  messageSigning(BY_KEY_AND_CERTIFICATE, REQUEST_SIGNED),
  messageSigning(BY_KEY_AND_DPOP, REQUEST_SIGNED),
  messageSigning(BY_KEY_AND_CERTIFICATE, RESPONSE_SIGNED),
];

function fapi1(
  authentication: Authentication,
  request: 'by_value' | 'pushed',
  response: 'jarm' | 'plain_response',
): Plan {
  const [how, what] = [request === 'pushed' ? 'pushed' : 'by-value', response === 'jarm' ? 'jarm' : 'hybrid'];
  return {
    name: `fapi1-${short(authentication)}-${how}-${what}`,
    suitePlan: 'fapi1-advanced-final-test-plan',
    variant: {
      fapi_profile: 'plain_fapi',
      client_auth_type: authentication,
      fapi_auth_request_method: request,
      fapi_response_mode: response,
    },
    clients: profiledClients({
      authentication,
      constraint: 'mtls',
      signs: true,
      metadata: {
        profile: 'fapi1-advanced',
        response_types: [response === 'jarm' ? 'code' : 'code id_token'],
        ...CODE_GRANT.metadata,
      },
      configured: CODE_GRANT.configured,
    }),
    resource: 'resource server',
  };
}

const FAPI1_PLANS: readonly Plan[] = (['mtls', 'private_key_jwt'] as const).flatMap((authentication) =>
  (['by_value', 'pushed'] as const).flatMap((request) =>
    (['jarm', 'plain_response'] as const).map((response) => fapi1(authentication, request, response)),
  ),
);

/** What a sign-in with a second factor amounts to: the suite asks for a level, and wants it reached. */
const MULTI_FACTOR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

const ciba = (authentication: Authentication, mode: 'poll' | 'ping'): Plan => ({
  name: `fapi-ciba-${short(authentication)}-${mode}`,
  suitePlan: 'fapi-ciba-id1-test-plan',
  variant: {
    fapi_ciba_profile: 'plain_fapi',
    client_auth_type: authentication,
    ciba_mode: mode,
    client_registration: 'static_client',
  },
  clients: profiledClients({
    authentication,
    constraint: 'mtls',
    signs: true,
    metadata: {
      profile: 'fapi1-advanced',
      redirect_uris: [],
      response_types: [],
      grant_types: ['urn:openid:params:grant-type:ciba', 'refresh_token'],
      scope: 'openid profile email offline_access',
      backchannel_token_delivery_mode: mode,
      ...(mode === 'ping' && {
        backchannel_client_notification_endpoint: 'SUITE/test/a/PLAN/ciba-notification-endpoint',
      }),
    },
    configured: {
      ...CODE_GRANT.configured,
      hint_type: 'login_hint',
      hint_value: 'APPROVER',
      acr_value: MULTI_FACTOR,
    },
  }),
  resource: 'resource server',
});

const CIBA_PLANS: readonly Plan[] = (['mtls', 'private_key_jwt'] as const).flatMap((authentication) =>
  (['poll', 'ping'] as const).map((mode) => ciba(authentication, mode)),
);

/** Every plan of the suite that is this server's, in the order in which they are told of. */
export const PLANS: readonly Plan[] = [...OPENID_PLANS, ...FAPI2_PLANS, ...FAPI1_PLANS, ...CIBA_PLANS];

/**
 * The plans whose names contain one of `names`, all of them for none.
 * @throws RangeError for a name that no plan contains
 */
export function plansNamed(names: readonly string[]): readonly Plan[] {
  const missing = names.find((name) => !PLANS.some((plan) => plan.name.includes(name)));
  if (missing !== undefined) {
    throw new RangeError(
      `no plan is named ${missing}; there are ${PLANS.map(({ name }) => name).join(', ')}`,
    );
  }
  return names.length === 0 ? PLANS : PLANS.filter((plan) => names.some((name) => plan.name.includes(name)));
}
