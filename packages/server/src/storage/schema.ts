import type { ColumnType } from 'kysely';

/**
 * A JSON object of members that a later version keeps in no column of its own, `crit` among them. Writes of this version
 * leave it as it is.
 */
type Further = { further: ColumnType<string | null, never, never> };

/**
 * Whether a row is in the index of searches, which PostgreSQL has in this column, and SQLite by this number; never read with
 * the rest.
 */
type Indexed = { search_grams: ColumnType<unknown, unknown, unknown> };

/**
 * The tables as both databases have them. Columns hold what statements search, sort or compare by; the rest of a
 * record is one JSON text. Times are milliseconds since the epoch, booleans are 0 or 1, and a `…_key` is the
 * case-folded form of the value it is named after.
 */
export type Schema = {
  client: ClientTable;
  indexed_clients: { id: number; total: number };
  /** One row: nothing replaces or removes it. */
  subject_secret: { id: number; sealed_secret: string; created_at: number };
  client_certificate: { thumbprint: string; client_id: string; not_after: number | null };
  /** Of clients that are enabled. */
  client_origin: { origin: string; client_id: string };
  user_account: UserTable;
  signing_key: SigningKeyTable;
  guess: { guess_key: string; expires_at: number };
  failed_guess: { guess_key: string; failed_at: number };
  event: EventTable;
  /** The certificates an event is about, found in the order of its time. */
  event_certificate: { thumbprint: string; at: number; event_id: string };
  /** How many requests were answered, by the name of the endpoint. */
  request_count: { minute: number; endpoint: string; outcome: string; count: number };
  event_count: { minute: number; type: string; outcome: string; sampled: number; count: number };
  audit_head: AuditHeadTable;
  audit_cut: { chain: string; sequence: number; mac: string; time: number; removed: number };
  authorization_grant: GrantTable;
  authorization_code: AuthorizationCodeTable;
  refresh_token: RefreshTokenTable;
  reference_token: ReferenceTokenTable;
  revoked_token: { jti: string; expires_at: number };
  replay: { replay_key: string; expires_at: number };
  ephemeral: { kind: string; ephemeral_key: string; value: string; expires_at: number };
  session: SessionTable;
  consent: { sub: string; client_id: string; scopes: string; granted_at: number } & Further;
  credential: { kind: string; credential_key: string; sub: string; created_at: number; record: string };
  initial_access_token: {
    token_id: string;
    token_sha256: string;
    label: string;
    clients_allowed: number;
    clients_registered: number;
    created_at: number;
    expires_at: number;
    group_id: string | null;
  } & Further;
  dynamic_registration: {
    client_id: string;
    registration_access_token_sha256: string;
    initial_access_token_id: string | null;
    software_statement: string | null;
    registered_at: number;
    scope_asked: number;
  } & Further;
  deferred_authorization: DeferredAuthorizationTable;
  claim_rule: { claim_rule_id: string; client_id: string | null; revision: number; record: string };
  attribute_definition: { name: string; revision: number; record: string };
  trust_role: {
    thumbprint: string;
    role: string;
    named_by: string;
    named_at: number;
    managed_by: string | null;
  };
  authority_claim: { claim: string; client_id: string; claimed_at: number };
  trust_upgrade: { id: number; done: number };
  /** Of a trust store that nodes share: that it was taken over, and how often it was changed. */
  trust_store: { store: string; revision: number; taken_over_at: number };
  trust_store_entry: {
    store: string;
    thumbprint: string;
    alias: string;
    alias_key: string;
    certificate: string;
    added_at: number;
  } & Further;
  trust_store_edit: { edit_id: string; expires_at: number };
  node: { node: string; record: string; seen_at: number; expires_at: number };
  /** Which notice was given of the end of what is watched: so many days before it, 0 after it. */
  expiry_notice: {
    watched: string;
    ends_at: number;
    days: number;
    event_id: string;
    noted_at: number;
    expires_at: number;
  };
  /** When a client came with a certificate, to the day. */
  certificate_use: {
    client_id: string;
    thumbprint: string;
    subject: string;
    not_before: number;
    not_after: number;
    first_used_at: number;
    last_used_at: number;
    expires_at: number;
  };
  /** When an authority was seen among those trusted first, and vouched for a client last, to the day; 0 where it never did. */
  authority_use: { thumbprint: string; first_seen_at: number; last_used_at: number; expires_at: number };
  /** How many tokens a client was issued on a day, which is where it begins in UTC, and when the last one. */
  client_use: { client_id: string; day: number; tokens: number; last_at: number; expires_at: number };
  /** The trust anchors of clients' own. */
  client_authority: { thumbprint: string; client_id: string; not_after: number | null };
  /** What a process of a node has that ends and stands in no table. */
  held_by_node: { holder: string; record: string; seen_at: number; expires_at: number };
  webhook_delivery: WebhookDeliveryTable;
  member_group: NamedTable & { group_id: string; parent_id: string | null };
  application_role: NamedTable & { role_id: string };
  group_person: { group_id: string; sub: string; added_at: number };
  group_client: { group_id: string; client_id: string; added_at: number };
  role_person: { role_id: string; sub: string; added_at: number };
  role_client: { role_id: string; client_id: string; added_at: number };
  role_group: { role_id: string; group_id: string; added_at: number };
  /** One row: how often the tree of groups was changed. */
  group_tree: { id: number; revision: number };
  configured_password: { username_key: string; password_hash: string };
  /** `given_up` is 1 where the id was taken so that the unit is never committed. */
  unit_of_work: {
    unit_id: string;
    expires_at: number;
    given_up: ColumnType<number, number | undefined, never>;
  };
  /** One row: how many units changed the registry. */
  registry_version: { id: number; version: number };
  /** What they changed, by that number; `mark` names the unit. */
  registry_change: { version: number; kind: string; change_key: string; mark: string };
  /** Which process does what one process of a deployment does; `expires_at` by the database's clock. */
  lease: { task: string; holder: string; expires_at: number };
  /** `oldest` is said of the version `oldest_of`: of another one nobody said anything. */
  schema_version: { id: number; version: number; oldest?: number | null; oldest_of?: number | null };
  /** One row at most: what moves out of this database or into it, or moved. */
  relocation: { id: number; relocation_id: string; state: string; place: string; changed_at: number };
};

type NamedTable = Further & {
  managed_by: string | null;
  name: string;
  name_key: string;
  description: string;
  created_at: number;
  revision: number;
};

type ClientTable = Indexed & {
  client_id: string;
  client_name_key: string;
  /** Case-folded client_name and client_id, one a line. */
  search_text: string;
  /** Seconds since the epoch, as in RFC 7591. */
  client_id_issued_at: number;
  metadata: string;
  /** Those of the metadata. */
  token_endpoint_auth_method: string;
  managed_by: string | null;
  client_secret_sha256: string | null;
  client_secret_argon2id: string | null;
  client_secret_sealed: string | null;
  enabled: number;
  awaits_confirmation: number;
  token_ends: string | null;
  revision: number;
};

type UserTable = Indexed & {
  /** Members without a column of their own, JSON: those of {@link FurtherOfUserRecord}, and of later versions. */
  further: string | null;
  sub: string;
  username: string;
  username_key: string;
  /** Case-folded username and the `name` and `email` claims, one a line. */
  search_text: string;
  password_hash: string;
  password_temporary: number;
  roles: string;
  claims: string;
  enabled: number;
  awaits_confirmation: number;
  created_at: number;
  revision: number;
};

type SigningKeyTable = Further & {
  kid: string;
  alg: string;
  state: string;
  sealed_private_jwk: string;
  created_at: number;
  /** Since when it signs, where that is known. */
  activated_at: number | null;
  retired_at: number | null;
};

type EventTable = {
  event_id: string;
  time: number;
  type: string;
  outcome: string;
  client_id: string | null;
  class: string;
  /** Case-folded name of the actor. */
  actor_key: string | null;
  /** Case-folded name of the person it is about. */
  username_key: string | null;
  /** Null where a server wrote it that knows no kinds. */
  kind: string | null;
  remote_address: string | null;
  object_id: string | null;
  /** 1 until the audit file has it, where it was written in the unit of work of what it tells. */
  unaudited: number;
  /** Case-folded event id, client id, username, actor, object, address, cause and thumbprint, one a line. */
  search_text: string;
  record: string;
};

type AuditHeadTable = {
  chain: string;
  writer: string;
  sequence: number;
  mac: string;
  started_at: number;
  written_at: number;
  closed: number;
};

type GrantTable = Further & {
  grant_id: string;
  client_id: string;
  sub: string;
  scope: string;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
};

type AuthorizationCodeTable = {
  code_sha256: string;
  client_id: string;
  sub: string;
  expires_at: number;
  used_at: number | null;
  record: string;
};

type RefreshTokenTable = {
  token_sha256: string;
  client_id: string;
  sub: string;
  expires_at: number;
  used_at: number | null;
  /** How often it was presented again while its successor was new, and when that was counted last. */
  repeats: number;
  repeated_at: number | null;
  record: string;
};

type ReferenceTokenTable = {
  token_sha256: string;
  grant_id: string | null;
  client_id: string;
  sub: string;
  expires_at: number;
  revoked_at: number | null;
  record: string;
};

type DeferredAuthorizationTable = {
  authorization_sha256: string;
  client_id: string;
  user_code: string | null;
  sub: string | null;
  state: string;
  /** Seconds. */
  poll_interval: number;
  polled_at: number | null;
  redeemed_at: number | null;
  expires_at: number;
  record: string;
};

type SessionTable = {
  session_id: string;
  secret_sha256: string;
  sub: string;
  created_at: number;
  expires_at: number;
  record: string;
};

type WebhookDeliveryTable = {
  delivery_id: string;
  webhook: string;
  event_id: string;
  event_type: string;
  /** What is sent, octet for octet the same at each attempt. */
  body: string;
  state: string;
  attempts: number;
  next_attempt_at: number;
  created_at: number;
  settled_at: number | null;
  last_error: string | null;
  expires_at: number;
};
