const NOTHING = 'Nothing, unless nobody meant it.';
const BECAUSE = 'Look up `because`: `countersign explain` with the id of the event says what to do.';

/** Every type an event can have: what happened, and what the operator does about it. */
export const EVENT_TYPES = {
  // Clients
  'client.created': { what: 'An administrator registered a client.', remedy: NOTHING },
  'client.updated': {
    what: 'Metadata of a client were changed; `changes` has them.',
    remedy: NOTHING,
  },
  'client.enabled': { what: 'A client was let in again.', remedy: NOTHING },
  'client.disabled': {
    what: 'A client was switched off. Its tokens, codes and refresh tokens count no more.',
    remedy: NOTHING,
  },
  'client.secret_regenerated': {
    what: 'A client was given a new secret; the one of before counts no more.',
    remedy: NOTHING,
  },
  'client.tokens_ended': {
    what: 'All tokens that a client had were ended.',
    remedy: NOTHING,
  },
  'client.removed': { what: 'A client was removed, with its grants and tokens.', remedy: NOTHING },
  'client.registered': {
    what: 'A client registered itself (RFC 7591).',
    remedy: 'Nothing, where `[registration]` is meant to be open.',
  },
  'client.registration_repeated': {
    what: 'A registration was asked for again under the same Idempotency-Key and got the same answer.',
    remedy: 'Nothing.',
  },
  'registration_token.created': {
    what: 'A token was made with which others may register clients.',
    remedy: NOTHING,
  },
  'registration_token.removed': { what: 'A registration token was removed.', remedy: NOTHING },
  'registration.refused': {
    what: 'A client that wanted to register, read or change itself was refused.',
    remedy: BECAUSE,
  },
  // Claims
  'claim_rule.created': { what: 'A claim was defined.', remedy: NOTHING },
  'claim_rule.updated': { what: 'A claim was defined otherwise; `changes` has how.', remedy: NOTHING },
  'claim_rule.removed': { what: 'A claim is given no more.', remedy: NOTHING },
  'claim.left_out': {
    what: 'A claim was left out of a token or answer whole: it was larger than it may be, or had several values and room for one. Of one person, client and place it is told once an hour.',
    remedy:
      'Give fewer values, or more room: `max_size` of the rule, `token_size` and `answer_size` of `[claims]`. Long lists suit UserInfo and introspection.',
  },
  'attribute.defined': { what: 'An attribute of people was defined.', remedy: NOTHING },
  'attribute.updated': {
    what: 'An attribute of people was defined otherwise; `changes` has how.',
    remedy: NOTHING,
  },
  'attribute.removed': {
    what: 'The definition of an attribute was removed; the values stay with the accounts.',
    remedy: NOTHING,
  },
  // People
  'user.created': { what: 'An account was made.', remedy: NOTHING },
  'user.updated': { what: 'An account was changed; `changes` has how.', remedy: NOTHING },
  'user.removed': { what: 'An account was removed, with its sessions and grants.', remedy: NOTHING },
  'user.password_set': {
    what: 'An account got another password.',
    remedy: 'Nothing, where the actor is the person or an administrator who was asked.',
  },
  'user.password_rehashed': {
    what: 'The password of an account was right, and its hash, which came from another server, was replaced by one of our own.',
    remedy: 'Nothing.',
  },
  'user.credentials_removed': {
    what: 'An administrator removed the second factors of a person.',
    remedy: 'Nothing, where the person asked for it.',
  },
  'user.sign_in_link_made': {
    what: 'An administrator made a link that signs a person in once, and has them choose a new password.',
    remedy:
      'Nothing, where the person asked for it. Otherwise end it, and look at what the actor did besides.',
  },
  'user.sign_in_link_used': {
    what: 'Somebody used the sign-in link of a person. A second factor is still asked for, and a new password.',
    remedy:
      'Nothing, where it was the person. Otherwise set another password, which ends what the link began.',
  },
  'user.sign_in_link_ended': {
    what: 'An administrator ended a sign-in link before it was used.',
    remedy: NOTHING,
  },
  'user.unlocked': { what: 'A lock after wrong passwords was taken away.', remedy: NOTHING },
  'user.signed_out': {
    what: 'An administrator ended the sessions of a person.',
    remedy: NOTHING,
  },
  // Groups and roles of people and clients
  'group.created': { what: 'A group of people and clients was made.', remedy: NOTHING },
  'group.updated': {
    what: 'A group got another name or description, or another group contains it; `changes` has how.',
    remedy: NOTHING,
  },
  'group.removed': {
    what: 'A group was removed, with its memberships and the roles it held; `detail` says how many.',
    remedy: NOTHING,
  },
  'group.member_added': {
    what: 'A person or client became a member of a group.',
    remedy: NOTHING,
  },
  'group.member_removed': {
    what: 'A person or client was taken out of a group.',
    remedy: NOTHING,
  },
  'role.created': { what: 'A role of applications was made.', remedy: NOTHING },
  'role.updated': { what: 'A role got another name or description.', remedy: NOTHING },
  'role.removed': {
    what: 'A role was removed: nobody holds it any more; `detail` says how many did.',
    remedy: NOTHING,
  },
  'role.assigned': { what: 'A role was given to a person, client or group.', remedy: NOTHING },
  'role.unassigned': { what: 'A role was taken from a person, client or group.', remedy: NOTHING },
  'credential.added': {
    what: 'A person set up an authenticator app, a passkey, a certificate or recovery codes.',
    remedy: 'Nothing, where it was the person.',
  },
  'credential.removed': {
    what: 'A person took a second factor, passkey or certificate away.',
    remedy: 'Nothing, where it was the person.',
  },
  'account.refused': { what: 'Something on the account page was refused.', remedy: BECAUSE },
  'sign_in.succeeded': { what: 'A person signed in.', remedy: 'Nothing.' },
  'sign_in.refused': {
    what: 'A person could not sign in.',
    remedy: `${BECAUSE} Many for one person, or from one address, are guesses.`,
  },
  'sign_out.refused': { what: 'A request to sign out was refused.', remedy: BECAUSE },
  'session.ended': { what: 'A session was ended, by the person or an administrator.', remedy: NOTHING },
  'logout_token.delivered': {
    what: 'An application was told that a session ended (OIDC Back-Channel Logout).',
    remedy: 'Nothing.',
  },
  'logout_token.undelivered': {
    what: 'An application could not be told that a session ended.',
    remedy: 'Look at `backchannel_logout_uri` of the client, and at what `detail` says of the attempt.',
  },
  // What people allow
  'authorization.granted': {
    what: 'A client got an authorization code for a person.',
    remedy: 'Nothing.',
  },
  'authorization.refused': { what: 'An authorization request was refused.', remedy: BECAUSE },
  'consent.granted': { what: 'A person let an application in.', remedy: 'Nothing.' },
  'consent.denied': { what: 'A person did not let an application in.', remedy: 'Nothing.' },
  'consent.refused': { what: 'The form of the consent page was refused.', remedy: BECAUSE },
  'consent.revoked': { what: 'What a person had allowed was taken back.', remedy: NOTHING },
  'grant.revoked': { what: 'An administrator ended a grant with its tokens.', remedy: NOTHING },
  'device.begun': { what: 'A device asked for a code that a person enters (RFC 8628).', remedy: 'Nothing.' },
  'device.approved': { what: 'A person let a device in.', remedy: 'Nothing.' },
  'device.denied': { what: 'A person did not let a device in.', remedy: 'Nothing.' },
  'device.refused': {
    what: 'A device, or the code a person entered for one, was refused.',
    remedy: BECAUSE,
  },
  'backchannel.begun': { what: 'A client asked a person to decide elsewhere (CIBA).', remedy: 'Nothing.' },
  'backchannel.approved': { what: 'A person agreed to a CIBA request.', remedy: 'Nothing.' },
  'backchannel.denied': { what: 'A person did not agree to a CIBA request.', remedy: 'Nothing.' },
  'backchannel.refused': { what: 'A CIBA request, or a decision on one, was refused.', remedy: BECAUSE },
  'ping.delivered': { what: 'A client was told that a person has decided.', remedy: 'Nothing.' },
  'ping.undelivered': {
    what: 'A client could not be told that a person has decided.',
    remedy: 'Look at `backchannel_client_notification_endpoint` of the client, and at `detail`.',
  },
  // Tokens
  'token.issued': { what: 'A token was issued. Of many in a second a part is written.', remedy: 'Nothing.' },
  'token.refused': { what: 'The token endpoint refused a request.', remedy: BECAUSE },
  'token.revoked': { what: 'A client revoked a token of its own (RFC 7009).', remedy: 'Nothing.' },
  'token.refresh_repeated': {
    what: 'A refresh token that was just replaced was sent again and got the same successor.',
    remedy: 'Nothing; many of one client say that it loses answers.',
  },
  'introspection.refused': { what: 'An introspection request was refused.', remedy: BECAUSE },
  'revocation.refused': { what: 'A revocation request was refused.', remedy: BECAUSE },
  'userinfo.refused': { what: 'A UserInfo request was refused.', remedy: BECAUSE },
  'admin.refused': {
    what: 'A call of the admin API was refused.',
    remedy: `${BECAUSE} From somebody who is no administrator it is a try.`,
  },
  'route.refused': {
    what: 'A request was refused before an endpoint had it.',
    remedy: BECAUSE,
  },
  // Certificates and trust
  'truststore.changed': { what: 'Certificates came into a trust store or went out of it.', remedy: NOTHING },
  'truststore.role_named': {
    what: 'Somebody said whether an entry of a trust store vouches for clients.',
    remedy: NOTHING,
  },
  'truststore.authority_unconfirmed': {
    what: 'A client came in by an authority of the trust store that nobody named.',
    remedy:
      'Name it: `countersign truststore set-role authority ENTRY`, or `handshake`, which vouches for nobody.',
  },
  'certificate.not_admitted': {
    what: 'A certificate does not chain to the trust store and counts as not presented.',
    remedy: 'Import its authority, or name the trust manager that lets every certificate through.',
  },
  'certificate.revocation_unknown': {
    what: 'Neither CRL nor OCSP answered, and the client was let in under `revocation = "prefer"`.',
    remedy: 'See in `detail` which source was silent. `require` refuses instead.',
  },
  'certificate_header.dropped': {
    what: 'A certificate header came from a peer that is no trusted proxy, or in another format.',
    remedy: 'Many are somebody who tries, or a proxy that `[transport.proxy]` does not name.',
  },
  'signing_key.created': { what: 'A signing key was made.', remedy: NOTHING },
  'signing_key.rotated': { what: 'Another key signs from now on, or soon.', remedy: NOTHING },
  'signing_key.removed': {
    what: 'A signing key was ended: what it signed is not believed any more.',
    remedy: NOTHING,
  },
  // Connections
  'handshake.refused': { what: 'A TLS handshake did not complete.', remedy: BECAUSE },
  'connection.refused': { what: 'A connection was ended.', remedy: BECAUSE },
  'request.refused': { what: 'A request could not be read.', remedy: BECAUSE },
  'listener.failed': {
    what: 'The server met an error of its own where no request waits for an answer.',
    remedy: 'Report it, with what the log has under the id of the event.',
  },
  // The server and what it stands on
  'configuration.reloaded': { what: 'Changed keys of `deployment.toml` were taken up.', remedy: NOTHING },
  'node.forgotten': {
    what: 'An administrator said of a node that was missing that it is gone for good.',
    remedy: 'Nothing, where it was taken out. It is known again by itself once it reports.',
  },
  'configuration.changed': {
    what: 'Settings were changed in `deployment.toml` over the admin API, on one node.',
    remedy: NOTHING,
  },
  'configuration.needs_restart': {
    what: 'Keys of `deployment.toml` were changed that count at the next start.',
    remedy: 'Restart when it suits.',
  },
  'configuration.kept_last_good': {
    what: '`deployment.toml` or a store it names cannot be used; what was there before is in force.',
    remedy: 'Mend it: `detail` says where it is wrong, and so does `countersign doctor`.',
  },
  'database.away': {
    what: 'The database does not answer.',
    remedy: 'Look at the database and the way to it. The server goes on by itself once it is back.',
  },
  'database.reached': { what: 'The database answers again.', remedy: 'Nothing.' },
  'database.clock_wrong': {
    what: 'The clock of this machine differs from that of the database by more than `clock_bound`.',
    remedy: 'Set the clock. Until then this node is not ready.',
  },
  'database.clock_right': { what: 'The clocks agree again.', remedy: 'Nothing.' },
  'database.went_back': {
    what: 'The database is in another history than it was: a backup was restored, or a standby lacked changes.',
    remedy: 'What was revoked since is valid again: do it anew, by the audit file.',
  },
  'record.unreadable': {
    what: 'A stored record cannot be read and counts for nothing.',
    remedy: 'Finish the upgrade on every node, or restore the record; `countersign doctor` lists all.',
  },
  'subjects.taken_over': {
    what: 'The secret of pairwise subjects came from another server: people keep the subjects that clients know.',
    remedy: NOTHING,
  },
  'backup.restored': {
    what: 'A backup was restored; `detail` says what was ended again.',
    remedy: '`countersign confirm` lists who waits for a confirmation.',
  },
  'audit.chain_started': {
    what: 'A process began to write the audit file. It stands there alone, as the first line of a chain.',
    remedy: 'Nothing.',
  },
  'audit.file_incomplete': {
    what: 'The audit file could not be written for a while and lacks events; `detail` says how many.',
    remedy: 'Find room on the disk; events of that time are in the database.',
  },
  'plug_in.failed': {
    what: 'The process of a plug-in ended or was ended. Requests that need it are refused meanwhile.',
    remedy: 'Mend the plug-in that `detail` names. The server starts it again by itself.',
  },
  'plug_in.started': { what: 'The process of a plug-in serves.', remedy: 'Nothing.' },
  'worker.ended': {
    what: 'A worker ended and is replaced.',
    remedy: 'Read in `detail` what ended it; report it where it was an error of the server.',
  },
  'worker.not_started': {
    what: 'A worker could not be started; it is tried again.',
    remedy: '`detail` says why.',
  },
  'worker.roll_stopped': {
    what: 'Workers were to be replaced, and the first new one did not start. Those of before go on.',
    remedy: '`detail` says why; mend that and send SIGUSR2 again.',
  },
  // What is watched
  'expiry.approaching': {
    what: 'Something that ends on a known day ends soon: a certificate, a CRL, or the time a signing key is meant to sign.',
    remedy: '`object` and `detail` say what and when: renew it. docs/expiry.md has the way for each kind.',
  },
  'expiry.passed': {
    what: 'Something that was watched has ended.',
    remedy: '`object` and `detail` say what: whoever needs it is refused until it is renewed.',
  },
  'webhook.undelivered': {
    what: 'A notice could not be delivered to a webhook, after all its attempts.',
    remedy: '`evidence` says why. Mend that, and send it again: `countersign webhook replay`.',
  },
  'webhook.recovered': { what: 'A webhook that had failed takes notices again.', remedy: 'Nothing.' },
  'webhook.replayed': { what: 'An administrator sent notices to a webhook again.', remedy: NOTHING },
} as const satisfies Record<`${string}.${string}`, { what: string; remedy: string }>;

export type EventType = keyof typeof EVENT_TYPES;
