/**
 * Every kind of finding of `countersign doctor`, by its code: what is the case, and what to do. Codes are stable: scripts
 * know findings by them (docs/stability.md), and docs/doctor.md is written from this table.
 */
export const FINDINGS = {
  // deployment.toml and what it names
  deployment_invalid: {
    what: '`deployment.toml` cannot be read, or a key in it is wrong.',
    remedy: 'Correct the line that is named; [every key](deployment-toml.md) has what it may be.',
  },
  store_unusable: {
    what: 'A key store, trust store, certificate, key or CRL that `deployment.toml` names cannot be used: it is not there, it is damaged, its password is another, or a key is that of another certificate.',
    remedy:
      'Correct the file, or the section that names it; `countersign certificate inspect FILE` shows what it holds.',
  },
  check_failed: {
    what: 'A check met something it was not made for; the detail says what.',
    remedy: 'Look at the detail. If it tells of a fault of the program, report it.',
  },
  check_timed_out: {
    what: 'A check was not done within its time and was given up.',
    remedy: 'Look at what it asks: a name server, a file system or a database that does not answer.',
  },
  // Modes of files
  file_writable_by_others: {
    what: 'A file that the server reads and believes, or runs, can be written by users other than its own: keys, trust, configuration, plug-ins, data or logs are theirs to change.',
    remedy: '`chmod g-w,o-w FILE`; then look whether it is still what it was.',
  },
  folder_writable_by_others: {
    what: 'In a folder on the way to such a file other users can replace or add files, whatever the mode of the file is.',
    remedy: '`chmod g-w,o-w FOLDER`; then look for files in it that nobody knows.',
  },
  secret_readable_by_others: {
    what: 'Every user of the machine can read a file with a private key, a password or the data of the deployment.',
    remedy: '`chmod o-r FILE`. Take what it holds for known, where others have accounts on the machine.',
  },
  secret_readable_by_group: {
    what: 'A group that is not that of the service can read a file with a private key, a password or the data of the deployment.',
    remedy:
      '`chmod g-r FILE`, or give the file the group of the service. Where the group is meant to read it, run `doctor` as the user of the service.',
  },
  log_readable_by_others: {
    what: 'Every user of the machine can read a log, which has names and addresses of people.',
    remedy: '`chmod o-r FILE`.',
  },
  file_of_another_user: {
    what: 'A file or folder belongs neither to the user of the service nor to root: that user can change it.',
    remedy: '`chown` it to the user of the service.',
  },
  file_not_looked_at: {
    what: 'A file or folder could not be looked at by the user who ran `doctor`.',
    remedy: 'Run `doctor` as the user of the service.',
  },
  // Certificates
  certificate_expired: {
    what: 'A certificate has expired.',
    remedy:
      'Replace it, or have its client do so ([the way for each](expiry.md)); a running server takes up the changed file.',
  },
  certificate_expires_soon: {
    what: 'A certificate expires within 30 days.',
    remedy: 'Replace it before; a running server takes up the changed file.',
  },
  certificate_not_yet_valid: {
    what: 'The certificate of the server is not valid yet: clients refuse it.',
    remedy: 'Compare the clock of this machine; or use the certificate of before until then.',
  },
  certificate_never_valid: {
    what: 'The times of validity of a certificate cannot be read: it is never valid.',
    remedy: 'Have it issued again.',
  },
  certificate_shared: {
    what: 'Several have one certificate: two clients, or a client and the server, an authority, an administrator or a person.',
    remedy: 'Give each a certificate of its own, and [replace it one by one](expiry.md).',
  },
  certificate_unused: {
    what: 'Nobody has come with a registered certificate, or under an authority, for `[expiry_watch] unused_after`.',
    remedy: 'Remove it, where nobody needs it: what is trusted can be misused ([what ends](expiry.md)).',
  },
  signing_key_due: {
    what: 'A signing key has signed, or soon will have, for as long as `[expiry_watch] signing_key_age` says.',
    remedy: '`countersign keys rotate`.',
  },
  server_key_for_few: {
    what: 'Only some clients can use the key of the server.',
    remedy: 'Use an RSA key of 2048 bits or more, or a P-256 one.',
  },
  // Trust
  trust_unconfirmed: {
    what: 'An entry of a trust store vouches for clients by the rule, and nobody confirmed it.',
    remedy: 'Say what it is: `countersign truststore set-role`.',
  },
  trust_doubtful: {
    what: 'An entry of a trust store has a role that a client with the same certificate or key, or the certificate itself, speaks against; or it cannot be read.',
    remedy: 'Compare the entry with what it was imported for, and set its role.',
  },
  trust_public_roots: {
    what: 'Roots of the public web vouch for clients: whoever gets a certificate there comes through.',
    remedy: 'Name the authorities, and set `[truststore] unnamed = "handshake"`.',
  },
  trust_role_waits: {
    what: 'A role was given to a certificate that stands in no store.',
    remedy: 'Compare the thumbprint, or import the certificate.',
  },
  trust_upgrade_pending: {
    what: 'What clients had before an upgrade is not known yet.',
    remedy: 'Start the server once.',
  },
  trust_group_gone: {
    what: 'A client names a trust group that `deployment.toml` does not have: it cannot authenticate.',
    remedy: 'Add the `[[trust_group]]`, or change `trust_group` of the client.',
  },
  trust_store_extra: {
    what: 'The trust store file of a node holds certificates that the deployment does not trust: they count for nothing.',
    remedy: '`countersign truststore adopt` on that node, or remove them from the file.',
  },
  // Revocation
  crl_unreadable: {
    what: 'A CRL is not one: it cannot be read.',
    remedy: 'Put the CRL there in PEM or DER, one a file.',
  },
  crl_expired: {
    what: 'A CRL is past its `nextUpdate`: it says nothing any more, and under `revocation = "require"` nobody whom it is for comes in.',
    remedy: 'Fetch the present one from the authority, and look why it was not renewed.',
  },
  crl_not_yet_valid: {
    what: 'A CRL begins in the future.',
    remedy: 'Compare the clocks of this machine and of the authority.',
  },
  crl_of_another_issuer: {
    what: 'A CRL was issued by nobody in its trust group: it counts only for certificates whose path leads through its issuer.',
    remedy: 'Compare the issuer with the authorities of the group; name the CRL of theirs.',
  },
  crl_signature_wrong: {
    what: 'A CRL has the name of an authority and not its signature: it is not believed.',
    remedy: 'Fetch it again; where the authority has a new key, put its new certificate into the store.',
  },
  revocation_place_unreachable: {
    what: 'A CRL distribution point or OCSP responder that an authority of a trust group names does not answer, or not with what it should.',
    remedy: 'Look at name, firewall and `[outbound]`; under `require` clients below it may not come in.',
  },
  revocation_place_not_allowed: {
    what: '`[outbound]` does not allow the place of a CRL or OCSP responder.',
    remedy: 'Add its address, network or host name to `[outbound] allowed_addresses`.',
  },
  // JWK sets
  jwks_unreachable: {
    what: 'The JWK set of a client, or of an authority of software statements, cannot be fetched. Failed where the client authenticates by it, else a warning.',
    remedy:
      'Ask the publisher; look at name, firewall, its certificate and `[outbound] trusted_certificates_file`.',
  },
  jwks_not_allowed: {
    what: '`[outbound]` does not allow the address of a `jwks_uri`.',
    remedy: 'Add its address, network or host name to `[outbound] allowed_addresses`, if it is meant.',
  },
  jwks_unreadable: {
    what: 'What stands at a `jwks_uri` is no JWK set.',
    remedy: 'Tell the publisher; the detail says what it is.',
  },
  jwks_without_usable_key: {
    what: 'A JWK set has no key by which its client could authenticate.',
    remedy: 'Tell the publisher; the detail says why each key is not used.',
  },
  jwks_certificate_expired: {
    what: 'A certificate in a JWK set has expired. Failed where the client authenticates by it and has no other.',
    remedy: 'Tell the publisher.',
  },
  // Plug-ins
  plug_in_unusable: {
    what: 'A plug-in cannot be loaded, or an `[[event_listener]]` names one that is not there: the server does not start.',
    remedy: 'Correct the file, or the entry that names it.',
  },
  plug_in_failed: {
    what: 'A plug-in failed in a running server within the last day.',
    remedy: 'Look at the events `plug_in.failed`.',
  },
  plug_in_not_loaded: {
    what: 'Plug-ins were not loaded, because others can write them and `doctor` does not run what strangers wrote.',
    remedy: 'Correct the modes of the files, look at what they hold, and run `doctor` again.',
  },
  // The database
  database_unavailable: {
    what: 'The database does not answer, or cannot be opened.',
    remedy:
      'Look at `[database.identity_db]`, at the server of the database, and at the file and its folder.',
  },
  database_gone: {
    what: 'The embedded database is not where it should be, though a server ran in this home: the next start makes an empty one.',
    remedy:
      'Look for the file, or restore a backup; where another place is meant, remove `repository/database/last-change.json`.',
  },
  database_schema_older: {
    what: 'The database has the schema of an earlier version, and was not looked into.',
    remedy: 'Make a backup; then start the server, or run `countersign migrate`.',
  },
  encryption_key_differs: {
    what: 'What is sealed in the database was sealed with another `[encryption] key` than that of this home.',
    remedy: 'Bring the key of the database here: from a node that runs, or from the backup of the database.',
  },
  record_unreadable: {
    what: 'A record of the database cannot be read: what it is for is refused.',
    remedy: 'Write it anew, remove it, or go back to the version that wrote it.',
  },
  records_not_all_read: {
    what: 'The records were more than could be read in the time of the check.',
    remedy: 'Nothing; those that were read are told of.',
  },
  clock_differs: {
    what: 'The clock of this machine differs by more than two seconds from that of the database. Failed where a server here would not be ready.',
    remedy: 'Have NTP keep both ([clocks](postgresql.md#clocks)).',
  },
  clock_before_events: {
    what: 'The newest event of the database lies in the future: the clock of this machine is behind, or was ahead.',
    remedy: 'Have NTP keep it; certificates, tokens and expiry are judged by it.',
  },
  connections_too_many: {
    what: 'The pools of all nodes may ask for more connections than the database server takes.',
    remedy: 'Lower `pool_size`, or raise `max_connections` of the server.',
  },
  database_without_tls: {
    what: 'Connections to a database on another machine are not protected: passwords and data are readable on the way.',
    remedy: '`[database.identity_db] tls = "verify"` ([PostgreSQL](postgresql.md)).',
  },
  database_tls_unverified: {
    what: 'Connections to the database take any certificate: whoever stands between can be the database.',
    remedy: '`[database.identity_db] tls = "verify"`, with `tls_ca_file`.',
  },
  database_not_durable: {
    what: 'The database server confirms writes that a crash may lose (`synchronous_commit` or `fsync` is off): what was ended or used up comes back.',
    remedy: 'Set `synchronous_commit = on` and `fsync = on` for the role or the server.',
  },
  unreachable_bound_zero: {
    what: '`unreachable_bound` is 0: the node stops at once when the database is away, also for the seconds of a failover.',
    remedy: 'Give it the seconds that a failover takes; 60 is the default.',
  },
  sqlite_on_network: {
    what: 'The embedded database lies on a network file system, whose locks it cannot rely on.',
    remedy: 'Move it to a local disk, or use PostgreSQL.',
  },
  // Nodes
  node_differs: {
    what: 'A file or setting is not the same on every node.',
    remedy:
      'Bring the nodes to the same files; [what stays a file of each node](trust-stores.md#what-stays-a-file-of-each-node).',
  },
  node_issuer_differs: {
    what: 'Nodes have different issuers: tokens of one are refused at another.',
    remedy: 'Give all nodes the same `[server] base_url`.',
  },
  node_version_differs: {
    what: 'Nodes run different versions.',
    remedy: 'Finish the upgrade.',
  },
  node_silent: {
    what: 'A node ended without saying so, or does not reach the database any more.',
    remedy: 'Look at that node; its entry goes by itself.',
  },
  // Listeners
  listener_not_running: {
    what: 'No server answers where the deployment says it does.',
    remedy: 'Start it, if it is meant to run.',
  },
  listener_silent: {
    what: 'Something takes connections there and does not answer in time.',
    remedy: 'Look at the log of the server, and at what holds the port.',
  },
  port_taken: {
    what: 'Another program holds a port of this server.',
    remedy: 'End that program, or choose another port.',
  },
  // Room and limits
  disk_nearly_full: {
    what: 'A disk that the server writes to is nearly full.',
    remedy: 'Make room, or move logs and backups elsewhere.',
  },
  disk_full: {
    what: 'A disk that the server writes to is full.',
    remedy: 'Make room now: nothing can be stored.',
  },
  folder_not_writable: {
    what: 'The server must write into a folder and cannot.',
    remedy: 'Give the folder to the user of the service, or name another one.',
  },
  open_files_too_few: {
    what: 'The limit of open files is lower than the connections that the server is to take.',
    remedy:
      'Raise it (`LimitNOFILE=` of systemd, `ulimit -n`), or lower `[transport.https] max_connections`.',
  },
  max_connections_low: {
    what: '`[transport.https] max_connections` is so low that a few clients keep everybody else out.',
    remedy: 'Leave it at its default, 10000, or give it what the machine can hold.',
  },
  node_js_short_lived: {
    what: 'This release of Node.js is not one of those that are maintained for long.',
    remedy: 'Use an even-numbered release, 24 or later.',
  },
  // Settings
  super_admin_password_weak: {
    what: 'The password in `[super_admin]` is one that nobody could choose here.',
    remedy: 'Set another one, and take it out of the file.',
  },
  super_admin_password_known: {
    what: 'The password in `[super_admin]` is one that everybody knows, such as `admin`. Failed in a production home.',
    remedy: 'Set another one: `countersign user set-password`, and take it out of the file.',
  },
  super_admin_password_in_file: {
    what: 'The password of the administrator stands in `deployment.toml`.',
    remedy: 'Take it out: it is set already. Or write `$env{NAME}` or `$file{PATH}`.',
  },
  administrator_without_second_factor: {
    what: 'Administrators sign in with a password alone, of which 15 characters are not asked for (NIST SP 800-63B-4).',
    remedy:
      'Have them set up a second factor, or set `[password_policy] min_length = 15` and have them choose new ones.',
  },
  encryption_key_in_file: {
    what: '`[encryption] key` stands in `deployment.toml` itself: whoever sees the file has the key.',
    remedy: 'Write `$file{PATH}` or `$env{NAME}`, or leave it to `encryption.key`.',
  },
  webhook_secret_in_file: {
    what: 'The secret of a `[[webhook]]` stands in `deployment.toml` itself: whoever sees the file can send what its receiver believes.',
    remedy: 'Write `$env{NAME}` or `$file{PATH}`.',
  },
  store_password_default: {
    what: 'The key store has the password that everybody knows, `wso2carbon`: its mode alone protects the key.',
    remedy: 'Change it with keytool and in `deployment.toml`.',
  },
  server_certificate_self_signed: {
    what: 'The certificate of the server is self-signed: clients trust it only if they are told to.',
    remedy: 'Replace it by one that your clients trust ([keys](production.md#4-keys)).',
  },
  server_certificate_wrong_name: {
    what: 'The certificate of the server is not for the host that clients use.',
    remedy: 'Have it issued for that host, or correct `[server] base_url`.',
  },
  hostname_localhost: {
    what: 'The server calls itself `localhost`: nobody on another machine can use it.',
    remedy: 'Set `[server] hostname`, and `base_url` behind a proxy.',
  },
  localhost_on_all_addresses: {
    what: 'The server listens on all addresses and calls itself `localhost`: it is open to the network, and its issuer is right for nobody there.',
    remedy: 'Set `[server] hostname`, or leave `bind` out.',
  },
  strict_transport_security_off: {
    what: 'Browsers are not told to use https alone for this host (RFC 6797).',
    remedy:
      '`[transport.https] strict_transport_security_max_age = 31536000`, unless the host serves plain http too.',
  },
  proxy_believed_from_anywhere: {
    what: 'Certificates or addresses in headers are believed from so many addresses that anybody can be the proxy. Failed where certificates are.',
    remedy:
      'Name the addresses of the proxies alone in `[transport.proxy] trusted_addresses`, and know them by `pinned_certificate`.',
  },
  proxy_not_pinned: {
    what: 'Certificates in headers are believed from a whole network, in which the proxy is not known by its certificate.',
    remedy: 'Set `[transport.proxy] pinned_certificate`, or name the addresses of the proxies alone.',
  },
  certificates_not_asked_for: {
    what: 'Clients, administrators or people authenticate by certificate, and no listener or proxy of this server brings one.',
    remedy: '`clientAuth = "want"`, `[transport.mtls]`, or `[transport.proxy] certificate_header`.',
  },
  registration_open: {
    what: 'Everybody may register a client, and nothing limits it.',
    remedy:
      '`[registration] mode = "token"` or `"closed"`, or ask for a trusted certificate or a software statement.',
  },
  outbound_unlimited: {
    what: '`[outbound] allowed_addresses` lets clients have the server fetch from everywhere, its own machine and network included.',
    remedy: 'Name only the networks and hosts that are meant.',
  },
  metrics_exposed: {
    what: 'Metrics are served on all addresses, or a public one, without authentication.',
    remedy:
      'Bind `[metrics]` to loopback or to a network of your own; in a container, let no port lead there.',
  },
  health_exposed: {
    what: 'The health listener is on all addresses, where the server itself is not.',
    remedy: 'Bind `[health]` to the address from which probes come.',
  },
  audit_log_off: {
    what: 'There is no audit log: a restore cannot end again what was ended since.',
    remedy: '`[logging] audit_log = "file"` or `"stdout"`.',
  },
  log_level_unfit: {
    what: 'The log says so much that it costs time and tells of people, or so little that faults go by in silence.',
    remedy: '`[logging] level = "info"` or `"warn"`.',
  },
  drain_grace_zero: {
    what: '`drain_grace` is 0: a load balancer sends requests to a server that has closed its door.',
    remedy: 'Make it longer than the time between two questions of the load balancer.',
  },
  trust_by_rule: {
    what: 'An entry of the trust store that nobody named may vouch for clients by the rule.',
    remedy: '`[truststore] unnamed = "handshake"`, and name the authorities.',
  },
} as const satisfies Readonly<Record<string, { readonly what: string; readonly remedy: string }>>;

/** What a kind of finding is called in `--json`. */
export type FindingCode = keyof typeof FINDINGS;
