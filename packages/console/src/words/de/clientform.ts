import type { clientform as english } from '../en/clientform.ts';
import type { Translation } from '../message.ts';

export const clientform: Translation<typeof english> = {
  'clientform.title': 'Client hinzufügen',
  'clientform.about':
    'Eine Anwendung, die von diesem Server Tokens bekommt. Ihre client_id wird für sie erzeugt, und ein client_secret, wenn ihre Methode eines benutzt.',
  'clientform.mayadd':
    'Ihre Rollen legen keine Clients an. Ein Owner kann Ihnen eine geben, die das darf.',
  'clientform.duplicate': {
    one: 'Ein anderer Client hat diesen Namen schon: {names}. Man könnte sie verwechseln.',
    other: 'Andere Clients haben diesen Namen schon: {names}. Man könnte sie verwechseln.',
  },
  'clientform.proof': 'Wie er sich ausweist',
  'clientform.certificate': 'Anwendungszertifikat',
  'clientform.certificatehint': 'Selbstsigniert, hier als PEM eingefügt',
  'clientform.anothercertificate': 'Weiteres Anwendungszertifikat',
  'clientform.jwks': 'JWKS-URI',
  'clientform.jwkshint': 'Der Client veröffentlicht sein Zertifikat',
  'clientform.subject': 'Zertifikat einer CA',
  'clientform.subjecthint': 'Durch einen Namen darin bekannt',
  'clientform.secret': 'client_secret',
  'clientform.secrethint': 'Ein erzeugtes Passwort',
  'clientform.assertion': 'Signierte Assertion',
  'clientform.assertionhint': 'private_key_jwt, Schlüssel an einer JWKS-URI',
  'clientform.public': 'Öffentlicher Client',
  'clientform.publichint': 'Eine App, die kein Geheimnis bewahren kann',
  'clientform.pastehint':
    'Das Zertifikat im PEM-Format, ohne seinen privaten Schlüssel. Es wird vor dem Speichern geprüft; mehrere auf einmal eingefügte werden als mehrere gelesen.',
  'clientform.secretsent': 'Wo das Secret gesendet wird',
  'clientform.secretonce': 'Es wird erzeugt und einmal angezeigt, wenn der Client hinzugefügt wird.',
  'clientform.inheader': 'Authorization-Header (Basic)',
  'clientform.inbody': 'Body der Anfrage',
  'clientform.signs': 'Nirgends: Es signiert eine Assertion (client_secret_jwt)',
  'clientform.knownby': 'Bekannt durch',
  'clientform.subjectdn': 'Subject DN',
  'clientform.dns': 'DNS-Name',
  'clientform.uri': 'URI',
  'clientform.ip': 'IP-Adresse',
  'clientform.email': 'E-Mail-Adresse',
  'clientform.subjectvalue': 'Wert im Zertifikat',
  'clientform.authorities': 'Vertrauenswürdige Stellen',
  'clientform.authoritieshint':
    'Das Zertifikat muss auf eine von diesen zurückführen, und die Sperrprüfung folgt der Gruppe.',
  'clientform.truststore': 'Der Truststore',
  'clientform.ownanchors': 'Vertrauensanker nur dieses Clients',
  'clientform.group': '{name} ({count})',
  'clientform.anchors': 'Vertrauensanker',
  'clientform.anchorshint':
    'Zertifikate von Zertifizierungsstellen im PEM-Format, hintereinander. Sie stehen nur für diesen Client anstelle des Truststores.',
  'clientform.anchorsread': {
    one: '{count} Zertifikat wird gelesen.',
    other: '{count} Zertifikate werden gelesen.',
  },
  'clientform.callback': 'Callback-URL',
  'clientform.callbackhint':
    'Wohin Personen nach der Anmeldung zurückkehren. Zeichen für Zeichen verglichen.',
  'clientform.anotherurl': 'Weitere URL',
  'clientform.removeurl': '{label} {number} entfernen',
  'clientform.urlplace': '{label} {number}',
  'clientform.urlascii': 'Eine URL hat keine Leerzeichen und keine Zeichen außerhalb von ASCII.',
  'clientform.urlwhole': 'Schreiben Sie eine vollständige URL, etwa https://app.example.com/callback.',
  'clientform.urlfragment': 'Eine Callback-URL hat kein Fragment (#).',
  'clientform.urlanswer': 'Lassen Sie {parameter} in der Query weg: Die Antwort setzt dort ihr eigenes.',
  'clientform.urlwildcard': 'Platzhalter sind nicht erlaubt: Callback-URLs werden genau verglichen.',
  'clientform.urlbackslash': 'Ein Backslash gehört nicht in eine URL.',
  'clientform.urlperson': 'Lassen Sie Benutzername und Passwort weg.',
  'clientform.urlscheme': 'Das Schema {scheme} ist nicht erlaubt.',
  'clientform.urlplain': 'Einfaches http ist nur für diesen Rechner; nehmen Sie https.',
  'clientform.urlprivate':
    'Ein privates Schema ist ein umgekehrter Domainname, etwa com.example.app:/callback.',
  'clientform.grants': 'Grant-Typen',
  'clientform.code': 'Authorization Code',
  'clientform.codehint': 'Personen melden sich mit ihrem Browser an. Braucht eine Callback-URL.',
  'clientform.refresh': 'Refresh-Token',
  'clientform.refreshhint': 'Tokens werden ohne die Person erneuert.',
  'clientform.credentials': 'Client Credentials',
  'clientform.credentialshint': 'Der Client handelt für sich selbst.',
  'clientform.password': 'Passwort (veraltet)',
  'clientform.passwordhint':
    'Der Client sieht das Passwort der Person. Nur für alte Anwendungen (RFC 9700 §2.4).',
  'clientform.device': 'Device Code',
  'clientform.devicehint': 'Für Geräte ohne Browser (RFC 8628).',
  'clientform.exchange': 'Token Exchange',
  'clientform.exchangehint': 'Tauscht ein Token gegen ein anderes (RFC 8693).',
  'clientform.ciba': 'Backchannel-Authentisierung',
  'clientform.cibahint': 'Die Person stimmt auf einem anderen Gerät zu (CIBA).',
  'clientform.security': 'Sicherheit von Anfragen und Tokens',
  'clientform.profile': 'Sicherheitsprofil',
  'clientform.noprofile': 'Keines über die Regeln des Servers hinaus',
  'clientform.profilehint':
    'Jede Regel des Profils gilt für den Client. Was ihm widerspricht, wird beim Speichern abgelehnt, mit der Klausel.',
  'clientform.dpop': 'DPoP verlangen',
  'clientform.dpophint':
    'Eine Token-Anfrage ohne DPoP-Nachweis wird abgelehnt, und Tokens sind an den Schlüssel des Nachweises gebunden (RFC 9449 §5.2).',
  'clientform.jar': 'Signierte Anfragen verlangen (JAR)',
  'clientform.jarhint':
    'Lehnt Authorization Requests ohne signiertes Request Object ab (RFC 9101 §10.5).',
  'clientform.jaralg': 'Anfragen signiert mit',
  'clientform.anyalgorithm': 'Jedem Algorithmus, den der Server prüft',
  'clientform.signingkeys':
    'Die Schlüssel, mit denen seine Request Objects geprüft werden, stehen an einer JWKS-URI. Mit einem Anwendungszertifikat weist auch ein dort veröffentlichtes Zertifikat den Client aus.',
  'clientform.par': 'Pushed Authorization Requests verlangen',
  'clientform.parhint':
    'Ein Authorization Request, der nicht vorher übergeben wurde, wird abgelehnt (RFC 9126 §6).',
  'clientform.pkce': 'PKCE verlangen',
  'clientform.pkcehint':
    'Lehnt Authorization Requests ohne Code Challenge ab (RFC 7636). Öffentliche Clients brauchen ohnehin eine.',
  'clientform.bound': 'Access-Tokens an das Client-Zertifikat gebunden',
  'clientform.boundhint':
    'Ein gestohlenes Token ist ohne den Schlüssel des Zertifikats nichts wert (RFC 8705 §3).',
  'clientform.whenpresented': 'wenn eines vorgelegt und kein DPoP-Schlüssel nachgewiesen wird',
  'clientform.boundalways': 'immer; ohne Zertifikat abgelehnt',
  'clientform.boundnever': 'nie',
  'clientform.more': 'Weitere Einstellungen',
  'clientform.scopes': 'Scopes',
  'clientform.scopesdefault': 'Durch Leerzeichen getrennt. Leer: openid, profile, email, address, phone.',
  'clientform.scopeshint': 'Durch Leerzeichen getrennt: worum der Client bitten darf.',
  'clientform.claimsinid': 'Scope-Claims im ID-Token',
  'clientform.claimsinidhint':
    'Was profile, email, address und phone ergeben, steht auch im ID-Token, für eine Anwendung, die UserInfo nicht fragen kann.',
  'clientform.accesstokens': 'Access-Tokens',
  'clientform.jwt': 'Signiertes JWT, von Resource Servern selbst geprüft',
  'clientform.reference': 'Undurchsichtig, per Introspection nachgeschlagen und sofort widerrufbar',
  'clientform.idtokens': 'ID-Tokens signiert mit',
  'clientform.idtokensdefault':
    'Was Anwendungen erwarten, die nichts sagen: RS256, unter einem Profil ES256 oder PS256',
  'clientform.pairwise': 'Paarweise Subjects',
  'clientform.pairwisehint':
    'Der Sektor der Anwendung kennt jede Person unter einem eigenen sub: dem Host seiner Callback-URLs, sofern kein Sector Identifier etwas anderes sagt (OpenID Connect Core §8). Nach einer Änderung sind Personen für ihn andere.',
  'clientform.sector': 'Sector Identifier URI',
  'clientform.sectorhint':
    'Wo ein JSON-Array die Callback-URLs des Sektors aufzählt. Nötig bei paarweisen Subjects und Callback-URLs mehrerer Hosts.',
  'clientform.native': 'Native Anwendung',
  'clientform.nativehint':
    'Ihr Loopback-Callback, auch localhost, passt mit jedem Port (RFC 8252 §7.3).',
  'clientform.aftersignout': 'URL nach der Abmeldung',
  'clientform.aftersignouthint': 'Wohin Personen nach der Abmeldung geschickt werden dürfen.',
  'clientform.origins': 'Erlaubte Origins',
  'clientform.originshint':
    'Einer pro Zeile, etwa https://app.example.com: wo Skripte der Anwendung laufen. Die der Callback-URLs eines öffentlichen Clients sind schon erlaubt.',
  'clientform.logout': 'URL für Back-Channel-Logout',
  'clientform.beginsat': 'Anmeldung beginnt bei',
  'clientform.beginsathint':
    'Wohin andere Personen schicken, die sich bei der Anwendung anmelden sollen (OpenID Connect Core §4).',
  'clientform.homepage': 'Startseite',
  'clientform.contacts': 'Kontakte',
  'clientform.onealine': 'Einer pro Zeile.',
  'clientform.tokens': 'Eigene Tokens und Scopes',
  'clientform.lifetimes': 'Gültigkeitsdauern in Sekunden',
  'clientform.lifetimeshint':
    'Leer: wie für alle eingestellt. Das Maximum und das Profil des Clients gelten.',
  'clientform.accesslifetime': 'Access-Token',
  'clientform.ownlifetime': 'Eigenes Access-Token',
  'clientform.refreshlifetime': 'Refresh-Tokens insgesamt',
  'clientform.idlelifetime': 'Refresh-Token, unbenutzt',
  'clientform.idlifetime': 'ID-Token',
  'clientform.devicelifetime': 'Device Code',
  'clientform.hasdefault': 'Eigene Standard-Scopes',
  'clientform.hasdefaulthint':
    'Eine Anfrage, die keinen Scope nennt, bekommt diese; um die anderen registrierten muss gebeten werden.',
  'clientform.defaultscopes': 'Standard-Scopes',
  'clientform.defaultscopeshint':
    'Durch Leerzeichen getrennt, aus denen, um die der Client bitten darf. Leer: Ungefragt wird nichts gegeben.',
  'clientform.audiences': 'Audiences nach Scope',
  'clientform.audienceshint':
    'Ein Scope pro Zeile, dahinter seine Audiences: accounts https://api.example.com/accounts. Tokens mit dem Scope sind für diese, wenn eine Anfrage keine Ressource nennt (RFC 8707).',
  'clientform.cannotauthenticate':
    'Mit diesem Zertifikat kann sich der Client nach heutigem Stand nicht ausweisen.',
  'clientform.needsname': 'Geben Sie ihm einen Namen.',
  'clientform.needscertificate': 'Fügen Sie das Zertifikat im PEM-Format ein.',
  'clientform.needsjwks': 'Schreiben Sie die URI des JWK Sets.',
  'clientform.needssubject': 'Schreiben Sie den Wert, wie ihn das Zertifikat trägt.',
  'clientform.needsanchors': 'Fügen Sie das Zertifikat mindestens einer Zertifizierungsstelle ein.',
  'clientform.needsurl': 'Der Grant authorization_code braucht eine Callback-URL.',
  'clientform.wrongurl': 'Berichtigen Sie die Callback-URL.',
  'clientform.needsgrant': 'Wählen Sie mindestens einen.',
  'clientform.needsseconds': 'Schreiben Sie eine ganze Zahl von Sekunden.',
  'clientform.needsaudience': 'Schreiben Sie die Audiences von {scope} dahinter.',
  'clientform.jwksempty': 'Schreiben Sie zuerst die URI: Sie beginnt mit https://.',
  'clientform.jwksnotwhole':
    'Nicht abrufbar: Das ist keine vollständige URI, etwa https://client.example.com/jwks.json.',
  'clientform.jwksplain': 'Nicht abrufbar: Schlüssel werden nur über https gelesen, nicht über {scheme}.',
  'clientform.jwksfragment': 'Nicht abrufbar: Eine JWKS-URI hat kein Fragment (#).',
  'clientform.jwksperson': 'Nicht abrufbar: Lassen Sie Benutzername und Passwort weg.',
  'clientform.jwksprivate':
    'Die Adresse ist nicht öffentlich, und dieser Server ruft solche nur ab, wenn deployment.toml es erlaubt: Fügen Sie {host} unter [outbound] zu allowed_addresses hinzu.',
  'clientform.jwkstls':
    'Der Server unter dieser Adresse zeigt ein Zertifikat, dem hier nicht vertraut wird. Ist es von Ihrer eigenen Zertifizierungsstelle, nennen Sie deren Datei unter [outbound] von deployment.toml in trusted_certificates_file.',
  'clientform.jwksbudget': 'Dieser Server ruft gerade zu viel ab. Versuchen Sie es gleich noch einmal.',
  'clientform.severalread': {
    one: '{count} Zertifikat wird gelesen.',
    other: '{count} Zertifikate werden gelesen, und jedes wird registriert.',
  },
  'clientform.place': 'Zertifikat {number} von {count}',
  'clientform.leaveout': 'Weglassen',
  'clientform.issuesanother':
    'Es hat ein anderes von diesen ausgestellt: Eingefügt wurde eine Kette. Lassen Sie es weg, sofern der Client nicht selbst damit kommt.',
};
