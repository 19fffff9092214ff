import type { overview as english } from '../en/overview.ts';
import type { Translation } from '../message.ts';

export const overview: Translation<typeof english> = {
  'overview.title': 'Überblick',
  'overview.version': 'Version {version}',
  'overview.addclient': 'Client hinzufügen',
  'overview.welcome': 'Willkommen. Noch ist kein Client registriert.',
  'overview.welcomehint':
    'Geben Sie einer Anwendung einen Namen und ihr Zertifikat. Sie erhält eine client_id, ein client_secret und einen curl-Befehl, der sofort funktioniert.',
  'overview.addfirst': 'Den ersten hinzufügen',
  'overview.signingkey': 'Signaturschlüssel',
  'overview.since': 'seit: {distance}',
  'overview.refusedlately': 'Zuletzt abgelehnte Token-Anfragen',
  'overview.nothingrefused': 'Nichts wurde abgelehnt.',
  'overview.endsnext': 'Was als Nächstes endet',
  'overview.endsnone': 'Es ist nichts bekannt, das endet.',
  'overview.endsall': 'Alles, was endet',
  'overview.byend': 'Zertifikate und Schlüssel nach Tagen bis zum Ende',
  'overview.attention': 'Was Aufmerksamkeit braucht',
  'overview.attentioncount': {
    one: '{count} Sache braucht Aufmerksamkeit',
    other: '{count} Sachen brauchen Aufmerksamkeit',
  },
  'overview.filebroken': '{file} ist nicht verwendbar',
  'overview.filebrokenhere':
    'Auf diesem Knoten, {node}, gilt, was vorher darin stand. Berichtigen Sie die Datei; sie wird binnen Sekunden übernommen.',
  'overview.filebrokenthere':
    'Auf dem Knoten {node} gilt, was vorher darin stand. Berichtigen Sie die Datei dort.',
  'overview.nodemissing': 'Der Knoten {node} fehlt',
  'overview.nodemissinghint':
    'Zuletzt gesehen: {distance}. Er wurde nicht ordentlich beendet. Er wird einen Tag lang vermisst.',
  'overview.forget': 'Vergessen',
  'overview.forgetquestion': 'Diesen Knoten vergessen?',
  'overview.forgetwhat':
    'Er wird von keinem Knoten mehr vermisst. Meldet er sich doch wieder, ist er von selbst wieder bekannt.',
  'overview.forgotten': '{node} ist vergessen.',
  'overview.nodesdiffer': 'Dateien oder Einstellungen der Knoten unterscheiden sich',
  'overview.seenodes': 'Knoten vergleichen',
  'overview.restart': 'Geänderte Einstellungen warten auf einen Neustart von {node}',
  'overview.unreachablecrl': 'Die CRL {location} lässt sich nicht erneuern',
  'overview.unreachableocsp': 'Der OCSP-Responder {location} antwortet nicht, wie er sollte',
  'overview.goodstill': 'Was vorliegt, gilt bis {time}.',
  'overview.goodnomore':
    'Was vorliegt, ist seit {time} veraltet: Wo eine Vertrauensgruppe revocation = "require" hat, werden ihre Clients abgelehnt.',
  'overview.nothingheld':
    'Es liegt nichts vor: Wo eine Vertrauensgruppe revocation = "require" hat, werden ihre Clients abgelehnt.',
  'overview.tried': 'Zuletzt versucht: {distance}.',
  'overview.seerevocation': 'Widerruf',
  'overview.seesettings': 'Einstellungen',
};
