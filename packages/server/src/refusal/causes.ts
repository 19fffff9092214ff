/** Every cause a refusal can have: what happened, and what the operator can do about it. */
export const CAUSES = {
  // The request
  malformed_request: {
    what: 'The request is not what the endpoint reads.',
    remedy: 'Compare the request with the RFC section named in the evidence.',
  },
  method_not_allowed: {
    what: 'The endpoint was called with an HTTP method it does not answer.',
    remedy: 'Use the method the Allow header names.',
  },
  request_too_large: {
    what: 'The request is larger than this server reads.',
    remedy: 'Send less, or raise the limit in [transport.https].',
  },
  request_timeout: {
    what: 'The request did not come in whole within its time.',
    remedy:
      'Look for what holds up the client or the proxy before this server; [transport.https] request_timeout is the limit.',
  },
  request_unfinished: {
    what: 'The connection ended in the middle of a request.',
    remedy:
      'Compare Content-Length with what the client sends, and its time limits with how long answers take.',
  },
  parameter_missing: {
    what: 'A required parameter is missing.',
    remedy: 'Send the parameter named in the evidence.',
  },
  parameter_repeated: {
    what: 'A parameter was sent more than once (RFC 6749 §3.2).',
    remedy: 'Send each parameter once.',
  },
  parameter_invalid: {
    what: 'A parameter has a value that cannot be read.',
    remedy: 'Correct the parameter named in the evidence.',
  },
  idempotency_key_reused: {
    what: 'The Idempotency-Key was used for another request, or what it made has changed since.',
    remedy: 'Make a fresh key for every registration, and send it again only with the same request.',
  },
  // Who the client is
  client_not_named: {
    what: 'Nothing in the request names a client.',
    remedy: 'Send client_id in the body, or the credentials of the registered token_endpoint_auth_method.',
  },
  client_unknown: {
    what: 'No client is registered under this client_id.',
    remedy: 'Check the client_id; countersign client list shows those that exist.',
  },
  record_unreadable: {
    what: 'A stored record cannot be read by this version of the server, and counts for nothing.',
    remedy:
      'A later version wrote it, or it is damaged: the evidence names it. Finish the upgrade on every node, or restore the record; countersign doctor lists all.',
  },
  client_disabled: {
    what: 'The client is disabled.',
    remedy: 'Enable it again in the console or with countersign client update.',
  },
  client_ids_differ: {
    what: 'The client_id in the body and the one in the credentials differ.',
    remedy: 'Name the same client in both places.',
  },
  several_methods: {
    what: 'The request carries the credentials of more than one authentication method (RFC 6749 §2.3).',
    remedy: 'Send only the credentials of the registered token_endpoint_auth_method.',
  },
  other_method_registered: {
    what: 'The client authenticates by another method than the one it sent credentials for.',
    remedy: 'Use the registered token_endpoint_auth_method, or change the registration.',
  },
  method_not_enabled: {
    what: 'The registered authentication method is switched off in this deployment.',
    remedy: 'Enable its authenticator under [[event_listener]] in deployment.toml.',
  },
  client_secret_wrong: {
    what: 'The client secret does not match the registered one.',
    remedy: 'Use the secret shown when it was generated, or regenerate it.',
  },
  client_secret_absent: {
    what: 'The client has no secret, or the request carries none.',
    remedy: 'Send the secret, or generate one for this client.',
  },
  client_secret_in_clear: {
    what: 'The client is to sign with its secret (client_secret_jwt) and never to send it, and it sent a secret in clear.',
    remedy:
      'Have it send a client_assertion that the secret signs (OIDC Core §9), or register client_secret_basic. Where its_own in the evidence is true the secret has been given away: regenerate it.',
  },
  certificate_chain_too_large: {
    what: 'The client sent more certificates in the handshake than this server keeps.',
    remedy:
      'Send the certificate and its intermediates alone, or raise [transport.https] max_certificate_chain_size.',
  },
  response_not_read: {
    what: 'The client did not read its answer for so long that its connection was ended.',
    remedy: 'Nothing, unless it is your client: see [transport.https] response_timeout.',
  },
  unproven_work_limited: {
    what: 'Requests from this address cost much and proved nothing about who sent them.',
    remedy: 'Wait; behind a proxy, have it tell the addresses of its clients ([transport.proxy]).',
  },
  client_assertion_invalid: {
    what: 'The client assertion is not one this server can accept (RFC 7523 §3).',
    remedy: 'Correct the claim, header or key named in the evidence.',
  },
  client_assertion_replayed: {
    what: 'The client assertion was used before (RFC 7523 §3, jti).',
    remedy: 'Make a fresh assertion for every request.',
  },
  authenticator_refused: {
    what: 'A plug-in authenticator refused the client.',
    remedy: 'The evidence carries the reason the plug-in gave.',
  },
  authenticator_failed: {
    what: 'A plug-in authenticator threw an error or took too long; the request was refused.',
    remedy: 'Mend the plug-in named in the evidence, or disable its [[event_listener]].',
  },
  dpop_proof_invalid: {
    what: 'The DPoP proof is not one this server can accept (RFC 9449 §4.3).',
    remedy: 'Correct the header or claim named in the evidence.',
  },
  dpop_proof_missing: {
    what: 'The client is registered for DPoP and sent no proof.',
    remedy: 'Send a DPoP header, or set dpop_bound_access_tokens to false.',
  },
  dpop_proof_replayed: {
    what: 'The DPoP proof was used before (RFC 9449 §11.1).',
    remedy: 'Make a fresh proof with a jti of its own for every request.',
  },
  dpop_nonce_needed: {
    what: 'The DPoP proof carries no nonce of this server, or one that is too old (RFC 9449 §8).',
    remedy:
      'Nothing is wrong; the client tries again with the nonce of the DPoP-Nonce header. See [oauth] dpop_nonce.',
  },
  dpop_key_differs: {
    what: 'The authorization is bound to the key of another DPoP proof (RFC 9449 §10).',
    remedy: 'Use the key that dpop_jkt or the pushed request named.',
  },
  // Its certificate
  certificate_absent: {
    what: 'The client authenticates by its certificate, but none arrived.',
    remedy:
      'Send one in the TLS handshake (curl --cert and --key). Behind a proxy, pass TLS through or set [transport.proxy]. Check that clientAuth is "want" or "require".',
  },
  certificate_to_bind_absent: {
    what: 'The client asked for tokens bound to its certificate (RFC 8705 §3.4), and none arrived.',
    remedy:
      'Send the certificate with token requests, refreshing included, or take tls_client_certificate_bound_access_tokens back: a client that does not say gets bound tokens where it presents one. Check that clientAuth is "want" or "require".',
  },
  certificate_not_registered: {
    what: 'The presented certificate is none of those registered for this client.',
    remedy: 'Register the presented certificate, or present one of the registered ones.',
  },
  certificate_renewed: {
    what: 'The presented certificate is a renewal: the key is that of a registered certificate, but the certificate is another one, with a thumbprint of its own.',
    remedy:
      'Register the presented certificate beside the one it renews (countersign client update --add-certificate), or register the key as jwks or jwks_uri without x5c and x5t#S256: then any certificate of the key counts.',
  },
  certificate_not_yet_valid: {
    what: 'The presented certificate is not valid yet.',
    remedy: 'Wait until its notBefore, or check the clocks.',
  },
  certificate_expired: {
    what: 'The presented certificate has expired.',
    remedy: 'Issue a new certificate and register it beside the old one.',
  },
  certificate_unreadable: {
    what: 'A field of the presented certificate that the decision needs cannot be read as RFC 5280 defines it.',
    remedy:
      'Have the certificate issued anew by software that writes the field named in the evidence rightly; no CA to import mends it.',
  },
  certificate_not_trusted: {
    what: 'No valid path leads from the presented certificate to a trust anchor of this client.',
    remedy: 'The evidence names the failing certificate and field; import the missing CA or send the chain.',
  },
  certificate_subject_differs: {
    what: 'The certificate is trusted, but its subject is not the registered one (RFC 8705 §2.1.2).',
    remedy: 'Compare expected and presented; register the value as the certificate carries it.',
  },
  certificate_revoked: {
    what: 'The certificate, or one above it, is revoked.',
    remedy: 'Issue a new certificate.',
  },
  certificate_revocation_unknown: {
    what: 'Revocation could not be determined and the trust group requires it.',
    remedy: 'See the evidence for each CRL or OCSP source and why it did not answer.',
  },
  certificate_not_admitted: {
    what: 'The certificate does not chain to the truststore, so this deployment does not look at it.',
    remedy: 'Import it into the truststore, or set trustManagerClassName as documented.',
  },
  certificate_header_refused: {
    what: 'A client certificate header was not accepted.',
    remedy: 'Configure the proxy and the format it sends under [transport.proxy].',
  },
  certificate_header_folded: {
    what: 'A certificate header has line ends in its value, as nginx writes $ssl_client_cert; HTTP has no such headers (RFC 9112 §5.2).',
    remedy:
      'Let nginx send $ssl_client_escaped_cert instead, another proxy the certificate percent-encoded or on one line; see docs/load-balancers.',
  },
  jwks_unavailable: {
    what: "The client's jwks_uri could not be read, so its certificate could not be checked.",
    remedy: 'See the evidence for why; the URI must answer with a JWK set over https.',
  },
  // What it asked for
  grant_type_unsupported: {
    what: 'This server does not know the grant_type.',
    remedy: 'grant_types_supported in the metadata lists those it knows.',
  },
  grant_type_not_registered: {
    what: 'The client is not registered for this grant_type.',
    remedy: 'Add it to the grant_types of the client.',
  },
  scope_malformed: {
    what: 'The scope is not a space-separated list of scope tokens (RFC 6749 §3.3).',
    remedy: 'Correct the scope parameter.',
  },
  scope_not_registered: {
    what: 'The client asked for a scope it is not registered for.',
    remedy: 'Add the scope to the registration, or ask for less.',
  },
  user_unknown: {
    what: 'No account has this username.',
    remedy: 'Check the username; countersign user list shows those that exist.',
  },
  user_disabled: {
    what: 'The account is disabled.',
    remedy: 'Enable the account again.',
  },
  password_wrong: {
    what: 'The password is not that of the account.',
    remedy: 'Check the password, or set a new one with countersign user set-password.',
  },
  password_temporary: {
    what: 'The password is temporary: another one must be chosen before it opens anything.',
    remedy: 'Sign in on the account page and choose a new password; it counts from then on.',
  },
  action_required: {
    what: 'The person must do something at the next sign-in before anything is issued: `required_actions` in the evidence.',
    remedy:
      'Have the person sign in on the account page, which asks for it. `verify_email` is done by an administrator: verify the address, then set the claim email_verified or take the action away with countersign user update --required-actions.',
  },
  sign_in_link_over: {
    what: 'A sign-in link was opened that is good no more: it was used, ended or replaced, its time is over, or the account was changed since.',
    remedy:
      'Make another one, with countersign user sign-in-link or in the console. `why` in the evidence says what ended it, where that is known. A link that its person did not use, used, is a sign that others read it.',
  },
  sign_in_links_limited: {
    what: 'Too many sign-in links that are none came from one address lately.',
    remedy: 'Wait; the limit ends by itself. From one address, and many, these are guesses.',
  },
  guessing_limited: {
    what: 'Too many wrong passwords, or wrong secrets of a client, were tried lately.',
    remedy: 'Wait for the time in the evidence, or unlock the account.',
  },
  // Authorization by a person
  parameter_too_long: {
    what: 'A parameter is longer than this server reads.',
    remedy: 'Send a shorter value; the evidence names the parameter and the limit.',
  },
  parameter_unsupported: {
    what: 'The request uses a parameter or value this server does not support.',
    remedy: 'The metadata document lists what is supported.',
  },
  redirect_uri_not_registered: {
    what: 'The redirect_uri is none of those registered for the client; they are compared exactly.',
    remedy: 'Register the URI exactly as the client sends it, or mend the client.',
  },
  response_type_not_registered: {
    what: 'The client is not registered for this response_type.',
    remedy:
      'Register the client with the response type that the evidence shows, and grant_types authorization_code.',
  },
  jwe_invalid: {
    what: 'An encrypted request object cannot be opened, or uses what is not allowed.',
    remedy:
      'Encrypt it anew to a key of use enc at this server’s jwks_uri, with what request_object_encryption_alg_values_supported and request_object_encryption_enc_values_supported list; the evidence names the member.',
  },
  jwe_compressed: {
    what: 'An encrypted request object says that it is compressed: what it inflates to has no bound (RFC 8725 §3.6).',
    remedy: 'Encrypt it without zip.',
  },
  jwe_key_unknown: {
    what: 'A request object was encrypted to a key that this server does not decrypt with.',
    remedy: 'Fetch the jwks_uri anew and take a key of use enc; one that signs never decrypts.',
  },
  nested_jwt_unsigned: {
    what: 'What a request object holds encrypted is not signed: anybody can encrypt to a public key.',
    remedy: 'Sign the request object first, and encrypt the signed JWT.',
  },
  request_object_not_encrypted: {
    what: 'The request object must be encrypted, by the client’s profile, and was only signed.',
    remedy: 'Encrypt the signed request object to a key of use enc at this server’s jwks_uri, or push it.',
  },
  key_of_other_use: {
    what: 'What was shown belongs to a key that the client published for encryption: it proves nothing.',
    remedy: 'Sign, or present the certificate of, a key whose use is sig, or that names none.',
  },
  client_encryption_key_missing: {
    what: 'The client registered encryption, and its JWK Set has no key to encrypt to any more: nothing was sent.',
    remedy: 'Publish a key of use enc that fits the registered alg; the evidence lists what is there.',
  },
  hybrid_flow_incomplete: {
    what: 'A request of the hybrid flow (code id_token) lacks what its ID token needs (OIDC Core §3.3.2).',
    remedy: 'Send scope openid and a nonce.',
  },
  response_mode_unsafe: {
    what: 'The response mode would bring an ID token in the query of an address (Multiple Response Types §5).',
    remedy: 'Leave response_mode out, or use fragment, form_post, fragment.jwt or form_post.jwt.',
  },
  pkce_missing: {
    what: 'The client must use PKCE and sent no code_challenge (RFC 7636 §4.3).',
    remedy:
      'Send code_challenge with code_challenge_method S256; see [oauth] require_pkce and the client’s own.',
  },
  pkce_verifier_differs: {
    what: 'The code_verifier does not belong to the code_challenge of the authorization request (RFC 7636 §4.6).',
    remedy: 'Send the verifier the challenge was made from, and none when there was no challenge.',
  },
  pushed_request_required: {
    what: 'The client must push its authorization requests (RFC 9126 §6).',
    remedy: 'Send the request to the PAR endpoint first, or change the registration.',
  },
  pushed_request_unknown: {
    what: 'The request_uri is unknown, used, expired or of another client (RFC 9126 §4).',
    remedy: 'Push the request again and use its request_uri once, at once.',
  },
  request_object_invalid: {
    what: 'The request object is not one this server can accept (RFC 9101 §6).',
    remedy: 'Correct the claim, header or key named in the evidence.',
  },
  request_object_missing: {
    what: 'The client must sign its authorization requests (RFC 9101).',
    remedy: 'Send the parameters in a signed request object, or change the registration.',
  },
  request_object_replayed: {
    what: 'The request object was used before (its jti).',
    remedy: 'Make a fresh request object for every request.',
  },
  request_uri_not_registered: {
    what: 'The request_uri is neither from the PAR endpoint nor registered for the client.',
    remedy: 'Add it to the request_uris of the client; they are compared exactly, but for the fragment.',
  },
  request_uri_unavailable: {
    what: 'The request object could not be fetched from its request_uri.',
    remedy: 'See the evidence for why; private addresses must stand in [outbound] allowed_addresses.',
  },
  profile_rule_broken: {
    what: "The request breaks a rule of the client's security profile; the evidence names the clause.",
    remedy: 'Have the client follow the clause, or register it without the profile.',
  },
  authorization_details_invalid: {
    what: 'The authorization_details cannot be accepted (RFC 9396 §5).',
    remedy:
      'Correct the field named in the evidence; types stand under [[authorization_details_type]] and in the registration.',
  },
  pending_request_unknown: {
    what: 'The sign-in belongs to no authorization request of this browser that is still open.',
    remedy: 'Start again from the application; cookies must be allowed.',
  },
  sign_in_needed: {
    what: 'The person must sign in, and the request forbids asking (prompt=none).',
    remedy: 'Send the request again without prompt=none.',
  },
  consent_needed: {
    what: 'The person must consent, and the request forbids asking (prompt=none).',
    remedy: 'Send the request again without prompt=none.',
  },
  person_refused: {
    what: 'The person did not let the application in.',
    remedy: 'Nothing is wrong; the application should say so to the person.',
  },
  other_person_signed_in: {
    what: 'The request asks for one person, and another one signed in.',
    remedy: 'Sign in as the person the application expects.',
  },
  authentication_too_weak: {
    what: 'The request asks for an authentication context that the sign-in did not reach.',
    remedy: 'Set up the second factor the application asks for.',
  },
  form_out_of_date: {
    what: 'A form came back without the token of the page it was on, or from another site.',
    remedy:
      'Load the page again; cookies must be allowed. From another site this is how forged requests look.',
  },
  second_factor_needed: {
    what: 'The password is right, but the person has set up a second factor, which cannot be asked for here.',
    remedy:
      'Sign in through the sign-in page: with the authorization code or device grant, or in the console.',
  },
  second_factor_wrong: {
    what: 'The code is neither of the authenticator app now nor an unused recovery code.',
    remedy: 'Check the clock of the telephone, or use a recovery code.',
  },
  passkey_not_accepted: {
    what: 'The passkey could not be registered or proved (WebAuthn §7).',
    remedy: 'The evidence says which check failed.',
  },
  certificate_of_no_account: {
    what: 'No account has registered the presented certificate for signing in.',
    remedy: 'Sign in with the password and register the certificate on the account page.',
  },
  sign_out_request_invalid: {
    what: 'A request to sign out names an ID token, client or address that do not fit together (RP-Initiated Logout §2).',
    remedy: 'Send an ID token of this server and a post_logout_redirect_uri registered for its client.',
  },
  code_unknown: {
    what: 'The authorization code was never issued, or ended long ago.',
    remedy: 'Start a new authorization.',
  },
  code_expired: {
    what: 'The authorization code has expired.',
    remedy: 'Redeem the code at once, or raise [oauth] authorization_code_lifetime.',
  },
  code_reused: {
    what: 'The authorization code was used before; everything issued from it is now revoked (RFC 6749 §4.1.2).',
    remedy: 'Find out who else has the code; a client must send it once.',
  },
  code_of_another_client: {
    what: 'The authorization code was issued to another client; it is now void.',
    remedy: 'Find out how the code came to this client: this is how a mix-up attack looks.',
  },
  redirect_uri_differs: {
    what: 'The redirect_uri is not the one of the authorization request (RFC 6749 §4.1.3).',
    remedy: 'Send the same redirect_uri in both requests.',
  },
  refresh_token_unknown: {
    what: 'The refresh token was never issued, or ended long ago.',
    remedy: 'Start a new authorization.',
  },
  refresh_token_expired: {
    what: 'The refresh token was not used for too long, or the sign-in it prolongs has reached its end.',
    remedy:
      'Start a new authorization; see refresh_token_lifetime and refresh_token_idle_lifetime, of the client or else of [oauth].',
  },
  refresh_token_reused: {
    what: 'The refresh token was replaced before, and not just now; it and all its successors are revoked (RFC 9700 §4.14.2).',
    remedy:
      'Find out who else has the token; a client must use the newest one. See [oauth] refresh_token_reuse_window.',
  },
  refresh_token_of_another_client: {
    what: 'The refresh token was issued to another client.',
    remedy: 'Find out how the token came to this client.',
  },
  grant_revoked: {
    what: 'The authorization was revoked.',
    remedy: 'Start a new authorization.',
  },
  session_ended: {
    what: 'The person signed out or the session ended, and the client was not granted offline_access.',
    remedy: 'Start a new authorization, or ask for the scope offline_access.',
  },
  client_not_confidential: {
    what: 'The endpoint answers only clients that authenticate.',
    remedy: 'Register the client with a token_endpoint_auth_method other than none.',
  },
  token_of_another_client: {
    what: 'The token was issued to another client.',
    remedy: 'A client can revoke its own tokens only.',
  },
  // Dynamic registration
  registration_closed: {
    what: 'This deployment does not register clients dynamically.',
    remedy: 'Register the client with countersign client add, or set [registration] mode.',
  },
  waiting_requests_limited: {
    what: 'Too many requests from this address wait for a person already.',
    remedy:
      'Wait ten minutes, or raise [oauth] waiting_requests_per_address; behind a proxy, see that it passes on the address of its clients.',
  },
  registration_limited: {
    what: 'Too many registrations were tried from this address within an hour.',
    remedy: 'Wait, or raise [registration] max_requests_per_address.',
  },
  initial_access_token_unknown: {
    what: 'The initial access token was never made, or was removed.',
    remedy: 'Make one with countersign registration-token add.',
  },
  certificate_not_proven: {
    what: 'A client that registers itself named the certificate of an authority, a trust anchor or an administrator as its own without presenting it.',
    remedy:
      'Send the registration over TLS with that certificate, register one without basicConstraints CA:TRUE, or have an administrator register the client.',
  },
  initial_access_token_spent: {
    what: 'The initial access token has expired or has registered as many clients as it may.',
    remedy: 'Make another with countersign registration-token add.',
  },
  initial_access_token_group_gone: {
    what: 'The group that the clients of the initial access token are put into is not there any more.',
    remedy: 'Make another token with countersign registration-token add, and remove this one.',
  },
  registration_access_token_wrong: {
    what: 'The registration access token is not the present one of this client, or there is no such client.',
    remedy: 'Each answer of the registration endpoint may carry a new token; use the newest.',
  },
  client_metadata_invalid: {
    what: 'The client metadata cannot be accepted (RFC 7591 §2).',
    remedy: 'Correct the field the evidence names.',
  },
  sector_unverified: {
    what: 'The document at sector_identifier_uri does not list the URIs of the client, or could not be had.',
    remedy:
      'Publish there a JSON array of every redirect URI, and of the jwks_uri of a CIBA client, without redirects; fault and why in the evidence say what is wrong.',
  },
  registration_policy_exceeded: {
    what: 'The client asked for more than [registration] lets clients register.',
    remedy: 'Ask for less, or allow it under [registration].',
  },
  software_statement_absent: {
    what: 'This deployment registers only clients with a software statement.',
    remedy: 'Send software_statement, or set [registration] require_software_statement = false.',
  },
  software_statement_invalid: {
    what: 'The software statement cannot be read or its signature is wrong (RFC 7591 §2.3).',
    remedy: 'Get a statement from its authority; the evidence says which check failed.',
  },
  software_statement_expired: {
    what: 'The software statement has expired, or is older than its authority’s max_age.',
    remedy: 'Get a fresh statement from its authority.',
  },
  software_statement_authority_unknown: {
    what: 'The software statement was issued by an authority this deployment does not know.',
    remedy: 'Add the authority under [[registration.software_statement_authority]], if it is to be believed.',
  },
  software_statement_of_another_format: {
    what: 'The software statement lacks the claims that its authority’s format has.',
    remedy:
      'Send a statement of that directory, or correct format under [[registration.software_statement_authority]].',
  },
  software_statement_of_inactive_software: {
    what: 'The directory says that the organisation or the software is not active.',
    remedy: 'Have the directory make it active, and get a fresh statement.',
  },
  software_statement_exceeded: {
    what: 'The client asked for a redirect URI or keys that are not those of its software statement.',
    remedy: 'Ask for those of the statement, or have the directory change it.',
  },
  signed_registration_invalid: {
    what: 'A registration sent as a JWT cannot be believed: the evidence names the member.',
    remedy: 'Sign it with a key of the software, for this server, with iss, aud, iat, exp and jti.',
  },
  signed_registration_replayed: {
    what: 'A registration sent as a JWT was sent before.',
    remedy: 'Sign a new one, with a jti of its own.',
  },
  software_statement_keys_unavailable: {
    what: 'The keys of the authority of a software statement could not be had.',
    remedy: 'See the evidence; check jwks under [[registration.software_statement_authority]].',
  },
  // Resources and token exchange
  resource_malformed: {
    what: 'A resource is not an absolute URI without a fragment (RFC 8707 §2).',
    remedy: 'Correct the resource parameter.',
  },
  resource_not_allowed: {
    what: 'The client may not ask for tokens for this resource.',
    remedy: 'Add it to [[resource]] or to the allowed_resources of the client.',
  },
  resource_not_granted: {
    what: 'The resource is not among those of the authorization.',
    remedy: 'Name it in the authorization request too (RFC 8707 §2.2).',
  },
  token_type_unsupported: {
    what: 'This kind of token cannot be exchanged or asked for (RFC 8693 §3).',
    remedy: 'Exchange access tokens or ID tokens of this server for access tokens.',
  },
  exchange_not_allowed: {
    what: 'The client may not exchange this token: it was neither issued to it nor meant for it.',
    remedy: 'Add an audience of the token to token_exchange.subject_audiences of the client.',
  },
  id_token_of_authorization_endpoint: {
    what: 'The ID token came from the authorization endpoint, through a browser: it stands for its code alone.',
    remedy: 'Exchange the ID token of the token endpoint.',
  },
  exchanged_token_unproven: {
    what: 'The token is bound to a certificate or key that the exchanging client does not prove.',
    remedy: 'Present that certificate, or set token_exchange.bound_tokens = "any" for the client.',
  },
  // Decisions on another device
  authorization_pending: {
    what: 'The person has not decided yet.',
    remedy: 'Nothing is wrong; the client asks again after the interval.',
  },
  polled_too_soon: {
    what: 'The client asked again before the interval was over; it is now five seconds longer.',
    remedy: 'Wait for the interval between two requests (RFC 8628 §3.5).',
  },
  deferred_authorization_used: {
    what: 'Tokens were given for this auth_req_id before, and the profile of the client has that happen once.',
    remedy: 'Ask the person again; keep the first answer.',
  },
  deferred_authorization_unknown: {
    what: 'The device_code or auth_req_id was never issued, was used by another holder, or ended long ago.',
    remedy: 'Start again.',
  },
  deferred_authorization_expired: {
    what: 'The person did not decide in time.',
    remedy:
      'Start again; see device_code_lifetime, of the client or else of [oauth], and [oauth] backchannel_authentication_lifetime.',
  },
  deferred_authorization_of_another_client: {
    what: 'The device_code or auth_req_id was issued to another client.',
    remedy: 'Find out how it came to this client.',
  },
  user_code_unknown: {
    what: 'No device is waiting with this code.',
    remedy: 'Check the code on the device, or start again there; codes end after a while.',
  },
  user_codes_limited: {
    what: 'Too many wrong device codes were tried lately.',
    remedy: 'Wait; the lock ends by itself.',
  },
  approvals_limited: {
    what: 'Too many requests wait for this person already.',
    remedy: 'Wait until the person has decided or the requests have expired.',
  },
  // Plug-ins
  grant_plug_in_refused: {
    what: 'A plug-in grant refused the request.',
    remedy: 'The evidence carries the reason the plug-in gave.',
  },
  grant_plug_in_failed: {
    what: 'A plug-in grant threw an error, took too long or answered what it may not; the request was refused.',
    remedy: 'Mend the plug-in named in the evidence.',
  },
  claims_plug_in_failed: {
    what: 'A plug-in that a claim is asked of threw an error, took too long, answered what it may not, or is not loaded here; the request was refused.',
    remedy: 'Mend the plug-in named in the evidence, or take the claim rule away that names it.',
  },
  plug_in_unavailable: {
    what: 'The process of a plug-in ended during the request, or is not there; the request was refused.',
    remedy: 'The evidence says why; the server starts the process again by itself. Mend the plug-in.',
  },
  // Administration and protected endpoints
  token_absent: {
    what: 'The request carries no access token.',
    remedy: 'Send Authorization: Bearer with a token of this server.',
  },
  token_invalid: {
    what: 'The access token is not one of this server, or its signature is wrong.',
    remedy: 'Get a token from this server.',
  },
  token_for_another_audience: {
    what: 'The access token is for other audiences than the endpoint it was sent to (RFC 9068 §4).',
    remedy:
      'Send it where its aud says, or ask for one without resource; where the client has scope_audiences, with openid or another scope that has none there.',
  },
  token_expired: {
    what: 'The access token has expired.',
    remedy: 'Get a new one.',
  },
  token_revoked: {
    what: 'The token, or the grant it came from, was revoked.',
    remedy: 'Ask for a new authorization.',
  },
  token_ended: {
    what: 'The token ended with what its client was when it was issued: an administrator ended its tokens, switched it off, gave it a new secret, or took away the certificate the token is bound to.',
    remedy: 'Let the client ask for a new token.',
  },
  token_binding_differs: {
    what: 'The token is bound to a certificate or key the request does not prove (RFC 8705 §3, RFC 9449 §7.1).',
    remedy:
      'Present the certificate, or a DPoP proof of the key, the token was issued to. A program that presents its certificate at the token endpoint alone reads of the person in the ID token: register its client with scope_claims_in_id_token.',
  },
  scope_insufficient: {
    what: "The token's scope does not give access to this endpoint.",
    remedy: 'Get a token with the scope the evidence names.',
  },
  administrator_unknown: {
    what: 'The caller is not an administrator.',
    remedy:
      'Give the account a role, or use another account; of a client, have an owner write admin scopes into its scope.',
  },
  administrator_token_unbound: {
    what: 'A client is an administrator only with a token that is bound to its certificate (RFC 8705 §3), and this one is not.',
    remedy:
      'Have the client present its certificate at the token endpoint, with tls_client_certificate_bound_access_tokens true where it sends DPoP proofs, and the same certificate at the admin API.',
  },
  administration_of_trust: {
    what: 'Whoever is no owner would name who vouches for a client that has scopes of the admin API.',
    remedy:
      'Have an owner change the trust store, or give the clients that the evidence names trust_anchors of their own.',
  },
  role_insufficient: {
    what: "The administrator's role or the token's scope does not allow this.",
    remedy: 'The evidence names what is needed.',
  },
  // Transport
  handshake_failed: {
    what: 'The TLS handshake did not complete.',
    remedy: 'The evidence has what the TLS library says, and what it means.',
  },
  tls_failed: {
    what: 'TLS failed on a connection whose handshake was complete.',
    remedy: 'The evidence has what the TLS library says, and what it means.',
  },
  proxy_protocol_refused: {
    what: 'A connection did not begin with a PROXY protocol header of a trusted proxy.',
    remedy:
      'Have the proxy send one (version 1 or 2), name its address in [transport.proxy] trusted_addresses, or switch proxy_protocol off.',
  },
  connections_limited: {
    what: 'More connections than [transport.https] allows.',
    remedy: 'Raise the limit or look for a client that does not reuse connections.',
  },
  // This server
  internal_error: {
    what: 'This server failed; the request was not carried out.',
    remedy: 'The log has the error under the same event id.',
  },
  storage_unavailable: {
    what: 'The database does not answer.',
    remedy: 'Check [database.identity_db] and the database itself; the server recovers by itself.',
  },
} as const satisfies Record<string, { what: string; remedy: string }>;

export type Cause = keyof typeof CAUSES;
