import type { CauseWords } from '../cause.ts';

const NEU_AUSSTELLEN =
  'Lassen Sie das Zertifikat, das die Belege nennen, neu ausstellen, mit dem Feld wie erwartet; der Import einer CA behebt das nicht.';
const SPERRUNG_UNBEKANNT =
  'Die Belege nennen jede CRL- oder OCSP-Quelle und warum sie nicht geantwortet hat.';
const NEUES_ZERTIFIKAT = 'Stellen Sie ein neues Zertifikat aus.';

export const causes: CauseWords = {
  causes: {
    malformed_request: {
      what: 'Die Anfrage ist nicht das, was der Endpunkt liest.',
      remedy: 'Vergleichen Sie die Anfrage mit dem RFC-Abschnitt, den die Belege nennen.',
    },
    method_not_allowed: {
      what: 'Der Endpunkt wurde mit einer HTTP-Methode aufgerufen, auf die er nicht antwortet.',
      remedy: 'Verwenden Sie die Methode, die der Header Allow nennt.',
    },
    request_too_large: {
      what: 'Die Anfrage ist größer, als dieser Server liest.',
      remedy: 'Senden Sie weniger, oder erhöhen Sie die Grenze in [transport.https].',
    },
    request_timeout: {
      what: 'Die Anfrage kam nicht innerhalb ihrer Zeit vollständig an.',
      remedy:
        'Suchen Sie, was den Client oder den Proxy vor diesem Server aufhält; die Grenze ist request_timeout in [transport.https].',
    },
    request_unfinished: {
      what: 'Die Verbindung endete mitten in einer Anfrage.',
      remedy:
        'Vergleichen Sie Content-Length mit dem, was der Client sendet, und seine Zeitgrenzen mit der Dauer der Antworten.',
    },
    parameter_missing: {
      what: 'Ein erforderlicher Parameter fehlt.',
      remedy: 'Senden Sie den Parameter, den die Belege nennen.',
    },
    parameter_repeated: {
      what: 'Ein Parameter wurde mehr als einmal gesendet (RFC 6749 §3.2).',
      remedy: 'Senden Sie jeden Parameter einmal.',
    },
    parameter_invalid: {
      what: 'Ein Parameter hat einen Wert, der sich nicht lesen lässt.',
      remedy: 'Berichtigen Sie den Parameter, den die Belege nennen.',
    },
    idempotency_key_reused: {
      what: 'Der Idempotency-Key wurde für eine andere Anfrage verwendet, oder was er erzeugt hat, wurde seither geändert.',
      remedy:
        'Erzeugen Sie für jede Registrierung einen neuen Schlüssel, und senden Sie ihn nur mit derselben Anfrage noch einmal.',
    },
    client_not_named: {
      what: 'Nichts in der Anfrage nennt einen Client.',
      remedy:
        'Senden Sie client_id im Body, oder die Zugangsdaten der registrierten token_endpoint_auth_method.',
    },
    client_unknown: {
      what: 'Unter dieser client_id ist kein Client registriert.',
      remedy: 'Prüfen Sie die client_id; countersign client list zeigt die vorhandenen.',
    },
    record_unreadable: {
      what: 'Ein gespeicherter Datensatz lässt sich von dieser Version des Servers nicht lesen und zählt nicht.',
      remedy:
        'Eine spätere Version hat ihn geschrieben, oder er ist beschädigt: Die Belege nennen ihn. Schließen Sie das Upgrade auf allen Knoten ab, oder stellen Sie den Datensatz wieder her; countersign doctor führt alle auf.',
    },
    client_disabled: {
      what: 'Der Client ist deaktiviert.',
      remedy: 'Aktivieren Sie ihn wieder, in der Konsole oder mit countersign client update.',
    },
    client_ids_differ: {
      what: 'Die client_id im Body und die in den Zugangsdaten sind verschieden.',
      remedy: 'Nennen Sie an beiden Stellen denselben Client.',
    },
    several_methods: {
      what: 'Die Anfrage enthält die Zugangsdaten von mehr als einer Authentifizierungsmethode (RFC 6749 §2.3).',
      remedy: 'Senden Sie nur die Zugangsdaten der registrierten token_endpoint_auth_method.',
    },
    other_method_registered: {
      what: 'Der Client authentifiziert sich mit einer anderen Methode als der, deren Zugangsdaten er gesendet hat.',
      remedy: 'Verwenden Sie die registrierte token_endpoint_auth_method, oder ändern Sie die Registrierung.',
    },
    method_not_enabled: {
      what: 'Die registrierte Authentifizierungsmethode ist in diesem Deployment ausgeschaltet.',
      remedy: 'Schalten Sie ihren Authenticator unter [[event_listener]] in deployment.toml ein.',
    },
    client_secret_wrong: {
      what: 'Das client_secret ist nicht das registrierte.',
      remedy: 'Verwenden Sie das Secret, das beim Erzeugen angezeigt wurde, oder erzeugen Sie es neu.',
    },
    client_secret_absent: {
      what: 'Der Client hat kein Secret, oder die Anfrage enthält keines.',
      remedy: 'Senden Sie das Secret, oder erzeugen Sie eines für diesen Client.',
    },
    client_secret_in_clear: {
      what: 'Der Client soll mit seinem Secret signieren (client_secret_jwt) und es nie senden, und er hat ein Secret im Klartext gesendet.',
      remedy:
        'Lassen Sie ihn eine client_assertion senden, die mit dem Secret signiert ist (OIDC Core §9), oder registrieren Sie client_secret_basic. Ist its_own in den Belegen true, so ist das Secret preisgegeben: Erzeugen Sie es neu.',
    },
    certificate_chain_too_large: {
      what: 'Der Client hat im Handshake mehr Zertifikate gesendet, als dieser Server behält.',
      remedy:
        'Senden Sie nur das Zertifikat und seine Zwischenzertifikate, oder erhöhen Sie max_certificate_chain_size in [transport.https].',
    },
    response_not_read: {
      what: 'Der Client hat seine Antwort so lange nicht gelesen, dass seine Verbindung beendet wurde.',
      remedy: 'Nichts, außer es ist Ihr Client: siehe response_timeout in [transport.https].',
    },
    unproven_work_limited: {
      what: 'Anfragen von dieser Adresse haben viel gekostet und nicht bewiesen, wer sie gesendet hat.',
      remedy: 'Warten Sie; ein Proxy davor soll die Adressen seiner Clients weitergeben ([transport.proxy]).',
    },
    client_assertion_invalid: {
      what: 'Die client_assertion ist keine, die dieser Server annehmen kann (RFC 7523 §3).',
      remedy: 'Berichtigen Sie den Claim, Header oder Schlüssel, den die Belege nennen.',
    },
    client_assertion_replayed: {
      what: 'Die client_assertion wurde schon einmal verwendet (RFC 7523 §3, jti).',
      remedy: 'Erzeugen Sie für jede Anfrage eine neue Assertion.',
    },
    authenticator_refused: {
      what: 'Ein Plug-in-Authenticator hat den Client abgelehnt.',
      remedy: 'Die Belege enthalten den Grund, den das Plug-in genannt hat.',
    },
    authenticator_failed: {
      what: 'Ein Plug-in-Authenticator hat einen Fehler geworfen oder zu lange gebraucht; die Anfrage wurde abgelehnt.',
      remedy:
        'Beheben Sie den Fehler des Plug-ins, das die Belege nennen, oder schalten Sie seinen [[event_listener]] aus.',
    },
    dpop_proof_invalid: {
      what: 'Der DPoP-Nachweis ist keiner, den dieser Server annehmen kann (RFC 9449 §4.3).',
      remedy: 'Berichtigen Sie den Header oder Claim, den die Belege nennen.',
    },
    dpop_proof_missing: {
      what: 'Der Client ist für DPoP registriert und hat keinen Nachweis gesendet.',
      remedy: 'Senden Sie einen DPoP-Header, oder setzen Sie dpop_bound_access_tokens auf false.',
    },
    dpop_proof_replayed: {
      what: 'Der DPoP-Nachweis wurde schon einmal verwendet (RFC 9449 §11.1).',
      remedy: 'Erzeugen Sie für jede Anfrage einen neuen Nachweis mit eigener jti.',
    },
    dpop_nonce_needed: {
      what: 'Der DPoP-Nachweis enthält keine Nonce dieses Servers, oder eine zu alte (RFC 9449 §8).',
      remedy:
        'Das ist kein Fehler; der Client versucht es noch einmal mit der Nonce aus dem Header DPoP-Nonce. Siehe dpop_nonce in [oauth].',
    },
    dpop_key_differs: {
      what: 'Die Berechtigung ist an den Schlüssel eines anderen DPoP-Nachweises gebunden (RFC 9449 §10).',
      remedy: 'Verwenden Sie den Schlüssel, den dpop_jkt oder der Pushed Authorization Request nannte.',
    },
    certificate_absent: {
      what: 'Der Client authentifiziert sich mit seinem Zertifikat, aber es kam keines an.',
      remedy:
        'Senden Sie eines im TLS-Handshake (curl --cert und --key). Hinter einem Proxy: Reichen Sie TLS durch, oder setzen Sie [transport.proxy]. Prüfen Sie, ob clientAuth auf "want" oder "require" steht.',
    },
    certificate_to_bind_absent: {
      what: 'Der Client hat Tokens verlangt, die an sein Zertifikat gebunden sind (RFC 8705 §3.4), und es kam keines an.',
      remedy:
        'Senden Sie das Zertifikat bei Token-Anfragen mit, auch beim Erneuern, oder nehmen Sie tls_client_certificate_bound_access_tokens zurück: Ein Client, der nichts dazu sagt, bekommt gebundene Tokens, wo er ein Zertifikat vorlegt. Prüfen Sie, ob clientAuth auf "want" oder "require" steht.',
    },
    certificate_not_registered: {
      what: 'Das vorgelegte Zertifikat ist keines von denen, die für diesen Client registriert sind.',
      remedy: 'Registrieren Sie das vorgelegte Zertifikat, oder legen Sie ein registriertes vor.',
    },
    certificate_renewed: {
      what: 'Das vorgelegte Zertifikat ist eine Erneuerung: Der Schlüssel ist der eines registrierten Zertifikats, das Zertifikat aber ein anderes mit eigenem Fingerabdruck.',
      remedy:
        'Registrieren Sie das vorgelegte Zertifikat neben dem, das es erneuert (countersign client update --add-certificate), oder den Schlüssel als jwks oder jwks_uri ohne x5c und x5t#S256: Dann zählt jedes Zertifikat mit diesem Schlüssel.',
    },
    certificate_not_yet_valid: {
      what: 'Das vorgelegte Zertifikat ist noch nicht gültig.',
      remedy: 'Warten Sie bis zu seinem notBefore, oder prüfen Sie die Uhren.',
    },
    certificate_expired: {
      what: 'Das vorgelegte Zertifikat ist abgelaufen.',
      remedy: 'Stellen Sie ein neues Zertifikat aus, und registrieren Sie es neben dem alten.',
    },
    certificate_unreadable: {
      what: 'Ein Feld des vorgelegten Zertifikats, das für die Entscheidung gebraucht wird, lässt sich nicht so lesen, wie RFC 5280 es festlegt.',
      remedy:
        'Lassen Sie das Zertifikat mit einer Software neu ausstellen, die das in den Belegen genannte Feld richtig schreibt; der Import einer CA behebt das nicht.',
    },
    certificate_not_trusted: {
      what: 'Vom vorgelegten Zertifikat führt kein gültiger Pfad zu einem Trust Anchor dieses Clients.',
      remedy:
        'Die Belege nennen das Zertifikat und das Feld, an dem es scheitert; importieren Sie die fehlende CA, oder senden Sie die Kette.',
    },
    certificate_subject_differs: {
      what: 'Dem Zertifikat wird vertraut, aber sein Subject ist nicht das registrierte (RFC 8705 §2.1.2).',
      remedy:
        'Vergleichen Sie Erwartetes und Vorgelegtes; registrieren Sie den Wert so, wie er im Zertifikat steht.',
    },
    certificate_revoked: {
      what: 'Das Zertifikat oder eines darüber ist gesperrt.',
      remedy: NEUES_ZERTIFIKAT,
    },
    certificate_revocation_unknown: {
      what: 'Ob das Zertifikat gesperrt ist, ließ sich nicht feststellen, und die Trust-Gruppe verlangt es.',
      remedy: SPERRUNG_UNBEKANNT,
    },
    certificate_not_admitted: {
      what: 'Das Zertifikat führt nicht auf den Truststore zurück; dieses Deployment sieht es deshalb nicht an.',
      remedy:
        'Importieren Sie es in den Truststore, oder setzen Sie trustManagerClassName wie in der Dokumentation beschrieben.',
    },
    certificate_header_refused: {
      what: 'Ein Header mit einem Client-Zertifikat wurde nicht angenommen.',
      remedy: 'Tragen Sie den Proxy und das Format, das er sendet, unter [transport.proxy] ein.',
    },
    certificate_header_folded: {
      what: 'Ein Zertifikat-Header hat Zeilenumbrüche im Wert, wie nginx $ssl_client_cert schreibt; solche Header gibt es in HTTP nicht (RFC 9112 §5.2).',
      remedy:
        'Lassen Sie nginx stattdessen $ssl_client_escaped_cert senden, einen anderen Proxy das Zertifikat percent-encoded oder in einer Zeile; siehe docs/load-balancers.',
    },
    jwks_unavailable: {
      what: 'Die jwks_uri des Clients ließ sich nicht lesen; sein Zertifikat konnte deshalb nicht geprüft werden.',
      remedy: 'Den Grund nennen die Belege; die URI muss über https mit einem JWK Set antworten.',
    },
    grant_type_unsupported: {
      what: 'Dieser Server kennt den grant_type nicht.',
      remedy: 'Die bekannten stehen in den Metadaten unter grant_types_supported.',
    },
    grant_type_not_registered: {
      what: 'Der Client ist für diesen grant_type nicht registriert.',
      remedy: 'Fügen Sie ihn den grant_types des Clients hinzu.',
    },
    scope_malformed: {
      what: 'Der Scope ist keine durch Leerzeichen getrennte Liste von Scope-Tokens (RFC 6749 §3.3).',
      remedy: 'Berichtigen Sie den Parameter scope.',
    },
    scope_not_registered: {
      what: 'Der Client hat einen Scope verlangt, für den er nicht registriert ist.',
      remedy: 'Fügen Sie den Scope der Registrierung hinzu, oder verlangen Sie weniger.',
    },
    user_unknown: {
      what: 'Kein Konto hat diesen Benutzernamen.',
      remedy: 'Prüfen Sie den Benutzernamen; countersign user list zeigt die vorhandenen.',
    },
    user_disabled: {
      what: 'Das Konto ist deaktiviert.',
      remedy: 'Aktivieren Sie das Konto wieder.',
    },
    password_wrong: {
      what: 'Das Passwort ist nicht das des Kontos.',
      remedy: 'Prüfen Sie das Passwort, oder setzen Sie mit countersign user set-password ein neues.',
    },
    password_temporary: {
      what: 'Das Passwort ist vorläufig: Bevor es irgendetwas öffnet, muss ein anderes gewählt werden.',
      remedy: 'Melden Sie sich auf der Kontoseite an, und wählen Sie ein neues Passwort; von da an gilt es.',
    },
    action_required: {
      what: 'Die Person muss bei der nächsten Anmeldung etwas tun, bevor etwas ausgestellt wird: required_actions in den Belegen.',
      remedy:
        'Lassen Sie die Person sich auf der Kontoseite anmelden, die danach fragt. verify_email erledigt ein Administrator: Bestätigen Sie die Adresse, und setzen Sie dann den Claim email_verified, oder nehmen Sie die Aktion mit countersign user update --required-actions weg.',
    },
    sign_in_link_over: {
      what: 'Ein Anmeldelink wurde geöffnet, der nicht mehr gilt: Er wurde benutzt, beendet oder ersetzt, seine Zeit ist um, oder das Konto wurde seither geändert.',
      remedy:
        'Erzeugen Sie einen neuen, mit countersign user sign-in-link oder in der Konsole. Was ihn beendet hat, sagt why in den Belegen, soweit es bekannt ist. Ein benutzter Link, den seine Person nicht benutzt hat, ist ein Zeichen, dass andere ihn lesen.',
    },
    sign_in_links_limited: {
      what: 'Von einer Adresse kamen zuletzt zu viele Anmeldelinks, die keine sind.',
      remedy: 'Warten Sie; die Sperre endet von selbst. Kommen viele von einer Adresse, so wird geraten.',
    },
    guessing_limited: {
      what: 'Zuletzt wurden zu viele falsche Passwörter oder falsche Secrets eines Clients versucht.',
      remedy: 'Warten Sie die Zeit ab, die in den Belegen steht, oder entsperren Sie das Konto.',
    },
    parameter_too_long: {
      what: 'Ein Parameter ist länger, als dieser Server liest.',
      remedy: 'Senden Sie einen kürzeren Wert; die Belege nennen den Parameter und die Grenze.',
    },
    parameter_unsupported: {
      what: 'Die Anfrage verwendet einen Parameter oder Wert, den dieser Server nicht unterstützt.',
      remedy: 'Was unterstützt wird, steht im Metadaten-Dokument.',
    },
    redirect_uri_not_registered: {
      what: 'Die redirect_uri ist keine der für den Client registrierten; sie werden genau verglichen.',
      remedy:
        'Registrieren Sie die URI genau so, wie der Client sie sendet, oder berichtigen Sie den Client.',
    },
    response_type_not_registered: {
      what: 'Der Client ist für diesen response_type nicht registriert.',
      remedy:
        'Registrieren Sie den Client mit dem Response Type aus den Belegen und grant_types authorization_code.',
    },
    jwe_invalid: {
      what: 'Ein verschlüsseltes Request Object lässt sich nicht öffnen, oder es verwendet, was nicht erlaubt ist.',
      remedy:
        'Verschlüsseln Sie es neu, für einen Schlüssel mit use enc unter der jwks_uri dieses Servers und mit dem, was request_object_encryption_alg_values_supported und request_object_encryption_enc_values_supported aufführen; die Belege nennen das Element.',
    },
    jwe_compressed: {
      what: 'Ein verschlüsseltes Request Object ist nach eigener Angabe komprimiert: Wie groß es entpackt wird, hat keine Grenze (RFC 8725 §3.6).',
      remedy: 'Verschlüsseln Sie es ohne zip.',
    },
    jwe_key_unknown: {
      what: 'Ein Request Object wurde für einen Schlüssel verschlüsselt, mit dem dieser Server nicht entschlüsselt.',
      remedy:
        'Rufen Sie die jwks_uri neu ab, und nehmen Sie einen Schlüssel mit use enc; einer, der signiert, entschlüsselt nie.',
    },
    nested_jwt_unsigned: {
      what: 'Was ein Request Object verschlüsselt enthält, ist nicht signiert: Für einen öffentlichen Schlüssel kann jeder verschlüsseln.',
      remedy: 'Signieren Sie zuerst das Request Object, und verschlüsseln Sie dann das signierte JWT.',
    },
    request_object_not_encrypted: {
      what: 'Das Request Object muss nach dem Profil des Clients verschlüsselt sein und war nur signiert.',
      remedy:
        'Verschlüsseln Sie das signierte Request Object für einen Schlüssel mit use enc unter der jwks_uri dieses Servers, oder senden Sie es über den PAR-Endpunkt.',
    },
    key_of_other_use: {
      what: 'Was vorgelegt wurde, gehört zu einem Schlüssel, den der Client zum Verschlüsseln veröffentlicht hat: Es beweist nichts.',
      remedy:
        'Signieren Sie mit einem Schlüssel, dessen use sig ist oder fehlt, oder legen Sie das Zertifikat eines solchen vor.',
    },
    client_encryption_key_missing: {
      what: 'Der Client hat Verschlüsselung registriert, und sein JWK Set enthält keinen Schlüssel mehr dafür: Es wurde nichts gesendet.',
      remedy:
        'Veröffentlichen Sie einen Schlüssel mit use enc, der zum registrierten alg passt; die Belege führen auf, was da ist.',
    },
    hybrid_flow_incomplete: {
      what: 'Einer Anfrage des Hybrid Flow (code id_token) fehlt, was ihr ID-Token braucht (OIDC Core §3.3.2).',
      remedy: 'Senden Sie den Scope openid und eine nonce.',
    },
    response_mode_unsafe: {
      what: 'Der response_mode brächte ein ID-Token in die Query einer Adresse (Multiple Response Types §5).',
      remedy:
        'Lassen Sie response_mode weg, oder verwenden Sie fragment, form_post, fragment.jwt oder form_post.jwt.',
    },
    pkce_missing: {
      what: 'Der Client muss PKCE verwenden und hat keine code_challenge gesendet (RFC 7636 §4.3).',
      remedy:
        'Senden Sie code_challenge mit code_challenge_method S256; siehe require_pkce in [oauth] und beim Client.',
    },
    pkce_verifier_differs: {
      what: 'Der code_verifier gehört nicht zur code_challenge der Autorisierungsanfrage (RFC 7636 §4.6).',
      remedy:
        'Senden Sie den Verifier, aus dem die Challenge gemacht wurde, und keinen, wo es keine Challenge gab.',
    },
    pushed_request_required: {
      what: 'Der Client muss seine Autorisierungsanfragen über PAR senden (RFC 9126 §6).',
      remedy: 'Senden Sie die Anfrage zuerst an den PAR-Endpunkt, oder ändern Sie die Registrierung.',
    },
    pushed_request_unknown: {
      what: 'Die request_uri ist unbekannt, benutzt, abgelaufen oder die eines anderen Clients (RFC 9126 §4).',
      remedy:
        'Senden Sie die Anfrage noch einmal an den PAR-Endpunkt, und verwenden Sie ihre request_uri einmal und sofort.',
    },
    request_object_invalid: {
      what: 'Das Request Object ist keines, das dieser Server annehmen kann (RFC 9101 §6).',
      remedy: 'Berichtigen Sie den Claim, Header oder Schlüssel, den die Belege nennen.',
    },
    request_object_missing: {
      what: 'Der Client muss seine Autorisierungsanfragen signieren (RFC 9101).',
      remedy:
        'Senden Sie die Parameter in einem signierten Request Object, oder ändern Sie die Registrierung.',
    },
    request_object_replayed: {
      what: 'Das Request Object wurde schon einmal verwendet (seine jti).',
      remedy: 'Erzeugen Sie für jede Anfrage ein neues Request Object.',
    },
    request_uri_not_registered: {
      what: 'Die request_uri kommt weder vom PAR-Endpunkt, noch ist sie für den Client registriert.',
      remedy:
        'Fügen Sie sie den request_uris des Clients hinzu; sie werden bis auf das Fragment genau verglichen.',
    },
    request_uri_unavailable: {
      what: 'Das Request Object ließ sich nicht von seiner request_uri abrufen.',
      remedy:
        'Den Grund nennen die Belege; private Adressen müssen in allowed_addresses unter [outbound] stehen.',
    },
    profile_rule_broken: {
      what: 'Die Anfrage verletzt eine Regel des Sicherheitsprofils des Clients; den Abschnitt nennen die Belege.',
      remedy: 'Lassen Sie den Client die Regel befolgen, oder registrieren Sie ihn ohne das Profil.',
    },
    authorization_details_invalid: {
      what: 'Die authorization_details können nicht angenommen werden (RFC 9396 §5).',
      remedy:
        'Berichtigen Sie das Feld, das die Belege nennen; die Typen stehen unter [[authorization_details_type]] und in der Registrierung.',
    },
    pending_request_unknown: {
      what: 'Die Anmeldung gehört zu keiner noch offenen Autorisierungsanfrage dieses Browsers.',
      remedy: 'Beginnen Sie noch einmal in der Anwendung; Cookies müssen erlaubt sein.',
    },
    sign_in_needed: {
      what: 'Die Person muss sich anmelden, und die Anfrage verbietet zu fragen (prompt=none).',
      remedy: 'Senden Sie die Anfrage noch einmal ohne prompt=none.',
    },
    consent_needed: {
      what: 'Die Person muss einwilligen, und die Anfrage verbietet zu fragen (prompt=none).',
      remedy: 'Senden Sie die Anfrage noch einmal ohne prompt=none.',
    },
    person_refused: {
      what: 'Die Person hat die Anwendung nicht zugelassen.',
      remedy: 'Das ist kein Fehler; die Anwendung sollte es der Person sagen.',
    },
    other_person_signed_in: {
      what: 'Die Anfrage meint eine bestimmte Person, und eine andere hat sich angemeldet.',
      remedy: 'Melden Sie sich als die Person an, die die Anwendung erwartet.',
    },
    authentication_too_weak: {
      what: 'Die Anfrage verlangt einen Authentifizierungskontext, den die Anmeldung nicht erreicht hat.',
      remedy: 'Richten Sie den zweiten Faktor ein, den die Anwendung verlangt.',
    },
    form_out_of_date: {
      what: 'Ein Formular kam ohne das Token seiner Seite zurück, oder von einer anderen Website.',
      remedy:
        'Laden Sie die Seite neu; Cookies müssen erlaubt sein. Von einer anderen Website: So sehen gefälschte Anfragen aus.',
    },
    second_factor_needed: {
      what: 'Das Passwort stimmt, aber die Person hat einen zweiten Faktor eingerichtet, nach dem hier nicht gefragt werden kann.',
      remedy:
        'Melden Sie sich über die Anmeldeseite an: mit dem Grant authorization_code oder device_code, oder in der Konsole.',
    },
    second_factor_wrong: {
      what: 'Der Code ist weder der jetzige der Authenticator-App noch ein unbenutzter Wiederherstellungscode.',
      remedy: 'Prüfen Sie die Uhr des Telefons, oder verwenden Sie einen Wiederherstellungscode.',
    },
    passkey_not_accepted: {
      what: 'Der Passkey konnte nicht registriert oder nachgewiesen werden (WebAuthn §7).',
      remedy: 'Welche Prüfung fehlschlug, sagen die Belege.',
    },
    certificate_of_no_account: {
      what: 'Kein Konto hat das vorgelegte Zertifikat zur Anmeldung registriert.',
      remedy: 'Melden Sie sich mit dem Passwort an, und registrieren Sie das Zertifikat auf der Kontoseite.',
    },
    sign_out_request_invalid: {
      what: 'Eine Abmeldeanfrage nennt ein ID-Token, einen Client oder eine Adresse, die nicht zusammenpassen (RP-Initiated Logout §2).',
      remedy:
        'Senden Sie ein ID-Token dieses Servers und eine post_logout_redirect_uri, die für seinen Client registriert ist.',
    },
    code_unknown: {
      what: 'Der Authorization Code wurde nie ausgestellt, oder er ist längst beendet.',
      remedy: 'Beginnen Sie eine neue Autorisierung.',
    },
    code_expired: {
      what: 'Der Authorization Code ist abgelaufen.',
      remedy: 'Lösen Sie den Code sofort ein, oder erhöhen Sie authorization_code_lifetime in [oauth].',
    },
    code_reused: {
      what: 'Der Authorization Code wurde schon einmal verwendet; alles daraus Ausgestellte ist jetzt widerrufen (RFC 6749 §4.1.2).',
      remedy: 'Finden Sie heraus, wer den Code noch hat; ein Client darf ihn nur einmal senden.',
    },
    code_of_another_client: {
      what: 'Der Authorization Code wurde für einen anderen Client ausgestellt; er ist jetzt ungültig.',
      remedy: 'Finden Sie heraus, wie der Code zu diesem Client kam: So sieht ein Mix-up-Angriff aus.',
    },
    redirect_uri_differs: {
      what: 'Die redirect_uri ist nicht die der Autorisierungsanfrage (RFC 6749 §4.1.3).',
      remedy: 'Senden Sie in beiden Anfragen dieselbe redirect_uri.',
    },
    refresh_token_unknown: {
      what: 'Das Refresh-Token wurde nie ausgestellt, oder es ist längst beendet.',
      remedy: 'Beginnen Sie eine neue Autorisierung.',
    },
    refresh_token_expired: {
      what: 'Das Refresh-Token wurde zu lange nicht benutzt, oder die Anmeldung, die es verlängert, ist an ihrem Ende.',
      remedy:
        'Beginnen Sie eine neue Autorisierung; siehe refresh_token_lifetime und refresh_token_idle_lifetime des Clients oder sonst unter [oauth].',
    },
    refresh_token_reused: {
      what: 'Das Refresh-Token wurde schon ersetzt, und nicht gerade eben; es und alle seine Nachfolger sind widerrufen (RFC 9700 §4.14.2).',
      remedy:
        'Finden Sie heraus, wer das Token noch hat; ein Client muss das neueste verwenden. Siehe refresh_token_reuse_window in [oauth].',
    },
    refresh_token_of_another_client: {
      what: 'Das Refresh-Token wurde für einen anderen Client ausgestellt.',
      remedy: 'Finden Sie heraus, wie das Token zu diesem Client kam.',
    },
    grant_revoked: {
      what: 'Die Berechtigung wurde widerrufen.',
      remedy: 'Beginnen Sie eine neue Autorisierung.',
    },
    session_ended: {
      what: 'Die Person hat sich abgemeldet, oder die Sitzung ist beendet, und dem Client wurde offline_access nicht erlaubt.',
      remedy: 'Beginnen Sie eine neue Autorisierung, oder verlangen Sie den Scope offline_access.',
    },
    client_not_confidential: {
      what: 'Der Endpunkt antwortet nur Clients, die sich authentifizieren.',
      remedy: 'Registrieren Sie den Client mit einer anderen token_endpoint_auth_method als none.',
    },
    token_of_another_client: {
      what: 'Das Token wurde für einen anderen Client ausgestellt.',
      remedy: 'Ein Client kann nur seine eigenen Tokens widerrufen.',
    },
    registration_closed: {
      what: 'Dieses Deployment registriert keine Clients dynamisch.',
      remedy:
        'Registrieren Sie den Client mit countersign client add, oder setzen Sie mode in [registration].',
    },
    waiting_requests_limited: {
      what: 'Von dieser Adresse warten schon zu viele Anfragen auf eine Person.',
      remedy:
        'Warten Sie zehn Minuten, oder erhöhen Sie waiting_requests_per_address in [oauth]; ein Proxy davor muss die Adressen seiner Clients weitergeben.',
    },
    registration_limited: {
      what: 'Von dieser Adresse wurden innerhalb einer Stunde zu viele Registrierungen versucht.',
      remedy: 'Warten Sie, oder erhöhen Sie max_requests_per_address in [registration].',
    },
    initial_access_token_unknown: {
      what: 'Das Initial Access Token wurde nie erzeugt, oder es wurde entfernt.',
      remedy: 'Erzeugen Sie eines mit countersign registration-token add.',
    },
    certificate_not_proven: {
      what: 'Ein Client, der sich selbst registriert, hat das Zertifikat einer Zertifizierungsstelle, eines Trust Anchors oder eines Administrators als seines genannt, ohne es vorzulegen.',
      remedy:
        'Senden Sie die Registrierung über TLS mit diesem Zertifikat, registrieren Sie eines ohne basicConstraints CA:TRUE, oder lassen Sie einen Administrator den Client registrieren.',
    },
    initial_access_token_spent: {
      what: 'Das Initial Access Token ist abgelaufen, oder es hat so viele Clients registriert, wie es darf.',
      remedy: 'Erzeugen Sie ein neues mit countersign registration-token add.',
    },
    initial_access_token_group_gone: {
      what: 'Die Gruppe, in die die Clients des Initial Access Token kommen, gibt es nicht mehr.',
      remedy:
        'Erzeugen Sie ein neues Token mit countersign registration-token add, und entfernen Sie dieses.',
    },
    registration_access_token_wrong: {
      what: 'Das Registration Access Token ist nicht das jetzige dieses Clients, oder es gibt keinen solchen Client.',
      remedy:
        'Jede Antwort des Registrierungsendpunkts kann ein neues Token enthalten; verwenden Sie das neueste.',
    },
    client_metadata_invalid: {
      what: 'Die Client-Metadaten können nicht angenommen werden (RFC 7591 §2).',
      remedy: 'Berichtigen Sie das Feld, das die Belege nennen.',
    },
    sector_unverified: {
      what: 'Das Dokument unter sector_identifier_uri führt die URIs des Clients nicht auf, oder es war nicht zu bekommen.',
      remedy:
        'Veröffentlichen Sie dort ein JSON-Array mit jeder Redirect-URI, bei einem CIBA-Client auch mit der jwks_uri, ohne Weiterleitungen; was falsch ist, sagen fault und why in den Belegen.',
    },
    registration_policy_exceeded: {
      what: 'Der Client hat mehr verlangt, als [registration] Clients zu registrieren erlaubt.',
      remedy: 'Verlangen Sie weniger, oder erlauben Sie es unter [registration].',
    },
    software_statement_absent: {
      what: 'Dieses Deployment registriert nur Clients mit einem Software Statement.',
      remedy:
        'Senden Sie software_statement, oder setzen Sie require_software_statement = false in [registration].',
    },
    software_statement_invalid: {
      what: 'Das Software Statement lässt sich nicht lesen, oder seine Signatur ist falsch (RFC 7591 §2.3).',
      remedy: 'Holen Sie ein Statement von seinem Aussteller; welche Prüfung fehlschlug, sagen die Belege.',
    },
    software_statement_expired: {
      what: 'Das Software Statement ist abgelaufen, oder es ist älter als max_age seines Ausstellers.',
      remedy: 'Holen Sie ein neues Statement von seinem Aussteller.',
    },
    software_statement_authority_unknown: {
      what: 'Das Software Statement ist von einem Aussteller, den dieses Deployment nicht kennt.',
      remedy:
        'Soll ihm geglaubt werden, fügen Sie ihn unter [[registration.software_statement_authority]] hinzu.',
    },
    software_statement_of_another_format: {
      what: 'Dem Software Statement fehlen die Claims, die das Format seines Ausstellers hat.',
      remedy:
        'Senden Sie ein Statement dieses Verzeichnisses, oder berichtigen Sie format unter [[registration.software_statement_authority]].',
    },
    software_statement_of_inactive_software: {
      what: 'Das Verzeichnis sagt, dass die Organisation oder die Software nicht aktiv ist.',
      remedy: 'Lassen Sie sie im Verzeichnis aktivieren, und holen Sie ein neues Statement.',
    },
    software_statement_exceeded: {
      what: 'Der Client hat eine Redirect-URI oder Schlüssel verlangt, die nicht die seines Software Statements sind.',
      remedy: 'Verlangen Sie die des Statements, oder lassen Sie es im Verzeichnis ändern.',
    },
    signed_registration_invalid: {
      what: 'Einer als JWT gesendeten Registrierung kann nicht geglaubt werden: Das Element nennen die Belege.',
      remedy:
        'Signieren Sie sie mit einem Schlüssel der Software, für diesen Server, mit iss, aud, iat, exp und jti.',
    },
    signed_registration_replayed: {
      what: 'Eine als JWT gesendete Registrierung wurde schon einmal gesendet.',
      remedy: 'Signieren Sie eine neue, mit eigener jti.',
    },
    software_statement_keys_unavailable: {
      what: 'Die Schlüssel des Ausstellers eines Software Statements waren nicht zu bekommen.',
      remedy: 'Siehe die Belege; prüfen Sie jwks unter [[registration.software_statement_authority]].',
    },
    resource_malformed: {
      what: 'Eine resource ist keine absolute URI ohne Fragment (RFC 8707 §2).',
      remedy: 'Berichtigen Sie den Parameter resource.',
    },
    resource_not_allowed: {
      what: 'Der Client darf für diese resource keine Tokens verlangen.',
      remedy: 'Fügen Sie sie zu [[resource]] oder den allowed_resources des Clients hinzu.',
    },
    resource_not_granted: {
      what: 'Die resource ist keine von denen der Berechtigung.',
      remedy: 'Nennen Sie sie auch in der Autorisierungsanfrage (RFC 8707 §2.2).',
    },
    token_type_unsupported: {
      what: 'Tokens dieser Art lassen sich nicht tauschen oder verlangen (RFC 8693 §3).',
      remedy: 'Tauschen Sie Access-Tokens oder ID-Tokens dieses Servers gegen Access-Tokens.',
    },
    exchange_not_allowed: {
      what: 'Der Client darf dieses Token nicht tauschen: Es wurde weder für ihn ausgestellt, noch ist es für ihn bestimmt.',
      remedy: 'Fügen Sie eine Audience des Tokens zu token_exchange.subject_audiences des Clients hinzu.',
    },
    id_token_of_authorization_endpoint: {
      what: 'Das ID-Token kam vom Authorization Endpoint durch einen Browser: Es steht nur für seinen Code.',
      remedy: 'Tauschen Sie das ID-Token des Token Endpoint.',
    },
    exchanged_token_unproven: {
      what: 'Das Token ist an ein Zertifikat oder einen Schlüssel gebunden, den der tauschende Client nicht nachweist.',
      remedy:
        'Legen Sie dieses Zertifikat vor, oder setzen Sie für den Client token_exchange.bound_tokens = "any".',
    },
    authorization_pending: {
      what: 'Die Person hat noch nicht entschieden.',
      remedy: 'Das ist kein Fehler; der Client fragt nach dem Intervall noch einmal.',
    },
    polled_too_soon: {
      what: 'Der Client hat noch einmal gefragt, bevor das Intervall um war; es ist jetzt fünf Sekunden länger.',
      remedy: 'Warten Sie zwischen zwei Anfragen das Intervall ab (RFC 8628 §3.5).',
    },
    deferred_authorization_used: {
      what: 'Für diese auth_req_id wurden schon Tokens gegeben, und das Profil des Clients lässt das einmal zu.',
      remedy: 'Fragen Sie die Person noch einmal; behalten Sie die erste Antwort.',
    },
    deferred_authorization_unknown: {
      what: 'Der device_code oder die auth_req_id wurde nie ausgestellt, von einem anderen Inhaber benutzt oder ist längst beendet.',
      remedy: 'Beginnen Sie noch einmal.',
    },
    deferred_authorization_expired: {
      what: 'Die Person hat nicht rechtzeitig entschieden.',
      remedy:
        'Beginnen Sie noch einmal; siehe device_code_lifetime des Clients oder sonst unter [oauth], und backchannel_authentication_lifetime in [oauth].',
    },
    deferred_authorization_of_another_client: {
      what: 'Der device_code oder die auth_req_id wurde für einen anderen Client ausgestellt.',
      remedy: 'Finden Sie heraus, wie er zu diesem Client kam.',
    },
    user_code_unknown: {
      what: 'Auf diesen Code wartet kein Gerät.',
      remedy:
        'Prüfen Sie den Code auf dem Gerät, oder beginnen Sie dort noch einmal; Codes enden nach einer Weile.',
    },
    user_codes_limited: {
      what: 'Zuletzt wurden zu viele falsche Gerätecodes versucht.',
      remedy: 'Warten Sie; die Sperre endet von selbst.',
    },
    approvals_limited: {
      what: 'Es warten schon zu viele Anfragen auf diese Person.',
      remedy: 'Warten Sie, bis die Person entschieden hat oder die Anfragen abgelaufen sind.',
    },
    grant_plug_in_refused: {
      what: 'Ein Grant-Plug-in hat die Anfrage abgelehnt.',
      remedy: 'Die Belege enthalten den Grund, den das Plug-in genannt hat.',
    },
    grant_plug_in_failed: {
      what: 'Ein Grant-Plug-in hat einen Fehler geworfen, zu lange gebraucht oder geantwortet, was es nicht darf; die Anfrage wurde abgelehnt.',
      remedy: 'Beheben Sie den Fehler des Plug-ins, das die Belege nennen.',
    },
    claims_plug_in_failed: {
      what: 'Ein Plug-in, das nach einem Claim gefragt wird, hat einen Fehler geworfen, zu lange gebraucht, geantwortet, was es nicht darf, oder ist hier nicht geladen; die Anfrage wurde abgelehnt.',
      remedy:
        'Beheben Sie den Fehler des Plug-ins, das die Belege nennen, oder entfernen Sie die Claim-Regel, die es nennt.',
    },
    plug_in_unavailable: {
      what: 'Der Prozess eines Plug-ins endete während der Anfrage, oder er ist nicht da; die Anfrage wurde abgelehnt.',
      remedy:
        'Den Grund nennen die Belege; der Server startet den Prozess von selbst wieder. Beheben Sie den Fehler des Plug-ins.',
    },
    token_absent: {
      what: 'Die Anfrage enthält kein Access-Token.',
      remedy: 'Senden Sie Authorization: Bearer mit einem Token dieses Servers.',
    },
    token_invalid: {
      what: 'Das Access-Token ist nicht von diesem Server, oder seine Signatur ist falsch.',
      remedy: 'Holen Sie ein Token von diesem Server.',
    },
    token_for_another_audience: {
      what: 'Das Access-Token ist für andere Audiences als den Endpunkt, an den es gesendet wurde (RFC 9068 §4).',
      remedy:
        'Senden Sie es dorthin, wofür sein aud es bestimmt, oder verlangen Sie eines ohne resource; hat der Client scope_audiences, dann mit openid oder einem anderen Scope, der dort keine hat.',
    },
    token_expired: {
      what: 'Das Access-Token ist abgelaufen.',
      remedy: 'Holen Sie ein neues.',
    },
    token_revoked: {
      what: 'Das Token oder die Berechtigung, aus der es stammt, wurde widerrufen.',
      remedy: 'Verlangen Sie eine neue Autorisierung.',
    },
    token_ended: {
      what: 'Das Token endete mit dem, was sein Client bei der Ausstellung war: Ein Administrator hat dessen Tokens beendet, ihn deaktiviert, ihm ein neues Secret gegeben oder das Zertifikat entfernt, an das das Token gebunden ist.',
      remedy: 'Lassen Sie den Client ein neues Token verlangen.',
    },
    token_binding_differs: {
      what: 'Das Token ist an ein Zertifikat oder einen Schlüssel gebunden, den die Anfrage nicht nachweist (RFC 8705 §3, RFC 9449 §7.1).',
      remedy:
        'Legen Sie das Zertifikat oder einen DPoP-Nachweis des Schlüssels vor, für den das Token ausgestellt wurde. Ein Programm, das sein Zertifikat nur am Token Endpoint vorlegt, liest die Person im ID-Token: Registrieren Sie seinen Client mit scope_claims_in_id_token.',
    },
    scope_insufficient: {
      what: 'Der Scope des Tokens erlaubt keinen Zugriff auf diesen Endpunkt.',
      remedy: 'Holen Sie ein Token mit dem Scope, den die Belege nennen.',
    },
    administrator_unknown: {
      what: 'Der Aufrufer ist kein Administrator.',
      remedy:
        'Geben Sie dem Konto eine Rolle, oder verwenden Sie ein anderes Konto; bei einem Client muss ein Owner Admin-Scopes in seinen scope schreiben.',
    },
    administrator_token_unbound: {
      what: 'Ein Client ist Administrator nur mit einem Token, das an sein Zertifikat gebunden ist (RFC 8705 §3), und dieses ist es nicht.',
      remedy:
        'Lassen Sie den Client sein Zertifikat am Token Endpoint vorlegen, mit tls_client_certificate_bound_access_tokens true, wo er DPoP-Nachweise sendet, und dasselbe Zertifikat an der Admin-API.',
    },
    administration_of_trust: {
      what: 'Jemand, der kein Owner ist, würde bestimmen, wer für einen Client mit Scopes der Admin-API bürgt.',
      remedy:
        'Lassen Sie einen Owner den Truststore ändern, oder geben Sie den Clients, die die Belege nennen, eigene trust_anchors.',
    },
    role_insufficient: {
      what: 'Die Rolle des Administrators oder der Scope des Tokens erlaubt das nicht.',
      remedy: 'Was nötig ist, nennen die Belege.',
    },
    handshake_failed: {
      what: 'Der TLS-Handshake kam nicht zum Abschluss.',
      remedy: 'Die Belege enthalten, was die TLS-Bibliothek sagt und was es bedeutet.',
    },
    tls_failed: {
      what: 'TLS ist auf einer Verbindung gescheitert, deren Handshake abgeschlossen war.',
      remedy: 'Die Belege enthalten, was die TLS-Bibliothek sagt und was es bedeutet.',
    },
    proxy_protocol_refused: {
      what: 'Eine Verbindung begann nicht mit einem PROXY-Protokoll-Header eines vertrauten Proxys.',
      remedy:
        'Lassen Sie den Proxy einen senden (Version 1 oder 2), nennen Sie seine Adresse in trusted_addresses unter [transport.proxy], oder schalten Sie proxy_protocol aus.',
    },
    connections_limited: {
      what: 'Mehr Verbindungen, als [transport.https] erlaubt.',
      remedy: 'Erhöhen Sie die Grenze, oder suchen Sie einen Client, der Verbindungen nicht wiederverwendet.',
    },
    internal_error: {
      what: 'Dieser Server hatte einen Fehler; die Anfrage wurde nicht ausgeführt.',
      remedy: 'Der Fehler steht im Log unter derselben Ereignis-ID.',
    },
    storage_unavailable: {
      what: 'Die Datenbank antwortet nicht.',
      remedy:
        'Prüfen Sie [database.identity_db] und die Datenbank selbst; der Server erholt sich von selbst.',
    },
  },
  nearer: {
    paths: {
      'malformed-certificate': NEU_AUSSTELLEN,
      'unknown-issuer': 'Importieren Sie die fehlende CA, oder lassen Sie den Client die Kette senden.',
      'signature-invalid':
        'Eine CA dieses Namens ist bekannt, mit einem anderen Schlüssel: Importieren Sie die, die das Zertifikat ausgestellt hat, oder legen Sie ein Zertifikat der bekannten vor.',
      'signature-algorithm-mismatch': NEU_AUSSTELLEN,
      'weak-signature-algorithm':
        'Lassen Sie das Zertifikat mit einem heutigen Signaturalgorithmus neu ausstellen.',
      'unsupported-signature-algorithm':
        'Lassen Sie das Zertifikat mit einem heutigen Signaturalgorithmus neu ausstellen.',
      'weak-key': 'Lassen Sie das Zertifikat für einen stärkeren Schlüssel neu ausstellen.',
      'unsupported-key':
        'Lassen Sie das Zertifikat für einen Schlüssel einer unterstützten Art neu ausstellen.',
      'not-yet-valid':
        'Warten Sie bis zum notBefore des Zertifikats, das die Belege nennen, oder prüfen Sie die Uhren.',
      expired:
        'Erneuern Sie das Zertifikat, das die Belege nennen; importieren Sie das erneuerte einer CA neben dem alten.',
      'not-a-ca':
        'Das Zertifikat, das dieses ausgestellt hat, ist nicht das einer CA: Lassen Sie dieses von einer CA ausstellen, oder jenes neu, mit basicConstraints CA:TRUE.',
      'path-too-long':
        'Eine CA auf dem Pfad erlaubt weniger Zwischenzertifikate unter sich: Lassen Sie das Zertifikat von einer CA ausstellen, die der Wurzel näher ist.',
      'key-usage':
        'Lassen Sie das Zertifikat, das die Belege nennen, neu ausstellen, mit der erwarteten Key Usage oder ohne.',
      'extended-key-usage':
        'Lassen Sie das Zertifikat, das die Belege nennen, mit dem erwarteten Zweck neu ausstellen, oder legen Sie eines vor, das für die Client-Authentifizierung gemacht ist.',
      'name-not-permitted':
        'Die Name Constraints einer CA auf dem Pfad erlauben den Namen nicht: Lassen Sie das Zertifikat ohne ihn ausstellen, oder von einer anderen CA.',
      'name-excluded':
        'Die Name Constraints einer CA auf dem Pfad schließen den Namen aus: Lassen Sie das Zertifikat ohne ihn ausstellen, oder von einer anderen CA.',
      'name-constraint-unsupported':
        'Eine CA auf dem Pfad schränkt Namen ein, und dieser lässt sich mit der Einschränkung nicht vergleichen: Lassen Sie das Zertifikat ohne ihn ausstellen.',
      policy: 'Lassen Sie das Zertifikat unter der erwarteten Policy ausstellen.',
      'unknown-critical-extension':
        'Lassen Sie das Zertifikat ohne die kritische Erweiterung neu ausstellen.',
      profile: NEU_AUSSTELLEN,
      'limit-exceeded': 'Senden Sie eine kürzere Kette oder ein kleineres Zertifikat.',
      'its-own-authority':
        'Ein Zertifikat bürgt nicht für sich selbst: Lassen Sie das des Clients von einer CA ausstellen, mit einem anderen Schlüssel als dem der CA.',
      revoked: NEUES_ZERTIFIKAT,
      'revocation-unknown': SPERRUNG_UNBEKANNT,
    },
    noAuthority:
      'Ein Eintrag des Truststores trägt den Namen des Ausstellers und ist keine Zertifizierungsstelle: Den Grund nennt no_authority in den Belegen. Soll er Client-Zertifikate ausstellen, sagt to_change, wie; andernfalls lassen Sie das Zertifikat von einer Zertifizierungsstelle ausstellen.',
    wrongPort: {
      what: 'Die Anfrage kam am falschen Port an: Sie braucht das Zertifikat des Clients, und Port {port} verlangt keines.',
      whatOfMain:
        'Die Anfrage kam am falschen Port an: Sie braucht das Zertifikat des Clients, und der Haupt-Port verlangt keines.',
      remedy:
        'Senden Sie sie an Port {mtlsport}, {url}: Mit [transport.mtls] verlangt nur dieser Listener Zertifikate. Die Metadaten nennen seine Endpunkte unter mtls_endpoint_aliases (RFC 8705 §5); einem Client, der sie nicht liest, müssen ihre URLs gegeben werden.',
    },
  },
};
