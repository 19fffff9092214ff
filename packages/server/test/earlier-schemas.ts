import { CERTIFICATES } from './storage-contract.ts';

const [{ pem, thumbprint }] = CERTIFICATES;

export const DAY = 86_400_000;
/** Later than any test. */
const FAR = 4_000_000_000_000;

type Row = Readonly<Record<string, string | number | null>>;

const literal = (value: string | number | null): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

const insert = (table: string, row: Row): string =>
  `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.values(row).map(literal).join(', ')})`;

/** What a record did not have before a version. */
const since = (version: number, from: number, row: Row): Row => (version >= from ? row : {});

const ALGORITHMS = {
  id_token_signed_response_alg: 'ES256',
  authorization_signed_response_alg: 'ES256',
  introspection_signed_response_alg: 'ES256',
};

function clients(version: number): string[] {
  const client = (client_id: string, metadata: Readonly<Record<string, unknown>>, further: Row = {}) =>
    insert('client', {
      client_id,
      client_name_key: client_id,
      search_text: `${client_id}\n${client_id}`,
      client_id_issued_at: 1_700_000_000,
      metadata: JSON.stringify({ client_name: client_id, ...(version >= 13 && ALGORITHMS), ...metadata }),
      client_secret_sha256: null,
      enabled: 1,
      revision: 4,
      ...since(version, 5, { token_endpoint_auth_method: String(metadata.token_endpoint_auth_method) }),
      ...further,
    });
  return [
    client('spa', {
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      redirect_uris: ['https://spa.example/cb'],
    }),
    client(
      'mtls',
      {
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        grant_types: ['client_credentials'],
        certificates: [pem],
        trust_anchors: [pem],
        // What was the default until 13, and asked for since.
        tls_client_certificate_bound_access_tokens: true,
        redirect_uris: ['https://mtls.example/cb'],
      },
      {
        ...since(version, 3, { client_secret_sealed: 'sealed' }),
        ...since(version, 10, { token_ends: '{"generation":3,"before":2,"certificates":{}}' }),
      },
    ),
    // From 5 to 15 as those have it that were registered before 5.
    insert('client_certificate', {
      thumbprint,
      client_id: 'mtls',
      ...since(version, 16, { not_after: Date.UTC(2126, 9, 31, 21, 53, 6) }),
    }),
    ...(version >= 19
      ? [
          insert('client_authority', {
            thumbprint,
            client_id: 'mtls',
            not_after: Date.UTC(2126, 9, 31, 21, 53, 6),
          }),
        ]
      : []),
    ...(version >= 14 ? [insert('client_origin', { origin: 'https://spa.example', client_id: 'spa' })] : []),
  ];
}

function people(version: number): string[] {
  return [
    insert('user_account', {
      sub: 'sub-anna',
      username: 'Anna',
      username_key: 'anna',
      search_text: 'anna',
      password_hash: '$argon2id$…',
      roles: '["owner"]',
      claims: '{"name":"Anna"}',
      enabled: 1,
      created_at: 1_700_000_000_000,
      revision: 1,
      ...since(version, 12, { password_temporary: 1 }),
    }),
    insert('session', {
      session_id: 'session-1',
      secret_sha256: 'secret-1',
      sub: 'sub-anna',
      created_at: 1,
      expires_at: FAR,
      record: JSON.stringify({
        session_id: 'session-1',
        secret_sha256: 'secret-1',
        sub: 'sub-anna',
        auth_time: 1,
        amr: ['pwd'],
        client_ids: ['spa'],
        created_at: 1,
        last_seen_at: 1,
        expires_at: FAR,
      }),
    }),
    insert('consent', { sub: 'sub-anna', client_id: 'spa', scopes: '["openid"]', granted_at: 1 }),
    ...(version >= 2
      ? [
          insert('credential', {
            kind: 'totp',
            credential_key: 'totp-1',
            sub: 'sub-anna',
            created_at: 1,
            record: JSON.stringify({
              kind: 'totp',
              credential_id: 'totp-1',
              sub: 'sub-anna',
              created_at: 1,
              sealed_secret: 'sealed',
            }),
          }),
        ]
      : []),
  ];
}

function grants(version: number): string[] {
  const of = { client_id: 'spa', sub: 'sub-anna' };
  const authorized = { ...of, grant_id: 'grant-1', scope: 'openid', auth_time: 1, expires_at: FAR };
  const grant = (grant_id: string, revoked_at: number | null) =>
    insert('authorization_grant', {
      grant_id,
      ...of,
      scope: 'openid',
      created_at: 1,
      expires_at: FAR,
      revoked_at,
    });
  return [
    grant('grant-1', null),
    grant('grant-2', 5),
    insert('authorization_code', {
      code_sha256: 'code-1',
      ...of,
      expires_at: FAR,
      used_at: null,
      record: JSON.stringify({
        ...authorized,
        code_sha256: 'code-1',
        redirect_uri: 'https://spa.example/cb',
        session_id: 'session-1',
      }),
    }),
    insert('refresh_token', {
      token_sha256: 'refresh-1',
      ...of,
      expires_at: FAR,
      used_at: null,
      record: JSON.stringify({ ...authorized, token_sha256: 'refresh-1', issued_at: 1 }),
      ...since(version, 6, { repeats: 2, repeated_at: 1 }),
    }),
    insert('reference_token', {
      token_sha256: 'reference-1',
      grant_id: 'grant-1',
      ...of,
      expires_at: FAR,
      revoked_at: null,
      record: JSON.stringify({
        ...of,
        token_sha256: 'reference-1',
        jti: 'jti-1',
        grant_id: 'grant-1',
        scope: 'openid',
        audience: ['https://api.example'],
        issued_at: 1,
        expires_at: FAR,
      }),
    }),
    insert('revoked_token', { jti: 'jti-0', expires_at: FAR }),
    insert('replay', { replay_key: 'jti-seen', expires_at: FAR }),
    insert('ephemeral', {
      kind: 'par',
      ephemeral_key: 'urn:1',
      value: '{"asked":true}',
      expires_at: FAR,
    }),
  ];
}

function registrations(version: number): string[] {
  if (version < 4) return [];
  return [
    insert('initial_access_token', {
      token_id: 'initial-1',
      token_sha256: 'initial-sha',
      label: 'a partner',
      clients_allowed: 2,
      clients_registered: 1,
      created_at: 1,
      expires_at: FAR,
    }),
    insert('dynamic_registration', {
      client_id: 'spa',
      registration_access_token_sha256: 'registration-sha',
      initial_access_token_id: 'initial-1',
      registered_at: 1_700_000_000_000,
      ...since(version, 13, { scope_asked: 0 }),
    }),
    insert('deferred_authorization', {
      authorization_sha256: 'device-1',
      client_id: 'spa',
      user_code: 'ABCD',
      state: 'pending',
      poll_interval: 5,
      expires_at: FAR,
      record: JSON.stringify({
        authorization_sha256: 'device-1',
        kind: 'device',
        client_id: 'spa',
        scope: 'openid',
        user_code: 'ABCD',
        state: 'pending',
        interval: 5,
        created_at: 1,
        expires_at: FAR,
      }),
    }),
  ];
}

function observations(version: number): string[] {
  const event = (event_id: string, type: string, outcome: string, classed: string, record: object) =>
    insert('event', {
      event_id,
      time: 1_700_000_000_000,
      type,
      outcome,
      client_id: 'mtls',
      search_text: event_id.toLowerCase(),
      record: JSON.stringify({ event_id, time: 1_700_000_000_000, type, outcome, ...record }),
      ...since(version, 7, { class: classed }),
    });
  return [
    insert('signing_key', {
      kid: 'kid-1',
      alg: 'ES256',
      state: 'active',
      sealed_private_jwk: 'sealed',
      created_at: 1,
      retired_at: null,
    }),
    insert('guess', { guess_key: 'user:anna', expires_at: FAR }),
    insert('failed_guess', { guess_key: 'user:anna', failed_at: 1 }),
    event('E-1', 'client.created', 'success', 'administrative', { detail: { by: 'Admin' } }),
    event('E-2', 'token.refused', 'refused', 'traffic', { error: 'invalid_client' }),
    ...(version >= 7
      ? [
          insert('audit_head', {
            chain: 'AAAAAAAAAAAAAAAA',
            writer: 'server 1 on host',
            sequence: 3,
            mac: 'mac',
            started_at: 1,
            written_at: 2,
            closed: 1,
          }),
          insert('audit_cut', { chain: 'AAAAAAAAAAAAAAAA', sequence: 1, mac: 'mac', time: 1, removed: 1 }),
        ]
      : []),
    ...(version >= 9
      ? [
          insert('trust_role', { thumbprint, role: 'handshake', named_by: 'admin', named_at: 1 }),
          insert('authority_claim', { claim: 'certificate x', client_id: 'mtls', claimed_at: 1 }),
        ]
      : []),
    ...(version >= 12 ? [insert('configured_password', { username_key: 'anna', password_hash: 'h' })] : []),
  ];
}

/** Anna is in a group by another, which holds a role; a client is in it and holds the role itself. */
function groups(version: number): string[] {
  if (version < 20) return [];
  const named = (name: string) => ({
    name,
    name_key: name.toLowerCase(),
    description: '',
    created_at: 1,
    revision: 1,
  });
  return [
    insert('member_group', { group_id: 'group-1', ...named('Company'), parent_id: null }),
    insert('member_group', { group_id: 'group-2', ...named('Builders'), parent_id: 'group-1' }),
    insert('application_role', { role_id: 'role-1', ...named('reads') }),
    insert('group_person', { group_id: 'group-2', sub: 'sub-anna', added_at: 1 }),
    insert('group_client', { group_id: 'group-1', client_id: 'mtls', added_at: 1 }),
    insert('role_group', { role_id: 'role-1', group_id: 'group-1', added_at: 1 }),
    insert('role_client', { role_id: 'role-1', client_id: 'spa', added_at: 1 }),
    insert('role_person', { role_id: 'role-1', sub: 'sub-anna', added_at: 1 }),
  ];
}

/**
 * A row at least for every table that a version of the schema had, as that version wrote it: statements for both kinds
 * of database.
 */
export const insertEarlierRows = (version: number): readonly string[] => [
  ...clients(version),
  ...people(version),
  ...grants(version),
  ...registrations(version),
  ...observations(version),
  ...groups(version),
];
