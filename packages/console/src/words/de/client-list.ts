import type { clientList as english } from '../en/client-list.ts';
import type { Translation } from '../message.ts';

export const clientList: Translation<typeof english> = {
  'clientlist.about':
    'Die Anwendungen, die hier Tokens erhalten; andere Server nennen einen Client „Service Provider“.',
  'clientlist.search': 'Nach Name oder client_id suchen',
  'clientlist.hint':
    'Was andere Server „Service Provider“ und „Client Key“ nennen, heißt hier Client und client_id.',
  'clientlist.empty': 'Noch kein Client.',
  'clientlist.empty.hint': 'Fügen Sie den ersten hinzu: Ein Name und sein Zertifikat genügen.',
  'clientlist.nomatch': 'Kein Client passt dazu.',
  'clientlist.state.any': 'Aktive und deaktivierte',
  'clientlist.state.enabled': 'Aktive',
  'clientlist.state.disabled': 'Deaktivierte',
  'clientlist.state.builtin': 'eingebaut',
  'clientlist.state.awaits': 'wartet auf Bestätigung',
  'clientlist.method': 'Authentifizierung',
  'clientlist.method.filter': 'Authentifizierungsmethode',
  'clientlist.method.any': 'Alle Methoden',
  'clientlist.certificate.any': 'Beliebiges Zertifikat',
  'clientlist.certificate.none': 'Keines ist mehr gültig',
  'clientlist.certificate.expired': 'Eines ist abgelaufen',
  'clientlist.certificate.within': 'Eines läuft in {days} Tagen ab',
  'clientlist.certificate.ended': {
    one: 'sein Zertifikat ist abgelaufen, {when}',
    other: 'alle {count} Zertifikate sind abgelaufen, das letzte {when}',
  },
  'clientlist.certificate.soon': 'das letzte läuft {when} ab',
  'clientlist.certificate.later': 'läuft {when} ab',
  'clientlist.issued': 'Registriert',
  'clientlist.grants': 'Grant Types',
  'clientlist.scope': 'scope',
  'clientlist.managed': 'Gepflegt durch Dateien von',
  'clientlist.secret': 'Hat ein Geheimnis',
  'clientlist.enable.ask': { one: '{count} Client aktivieren?', other: '{count} Clients aktivieren?' },
  'clientlist.enable.what': 'Sie können wieder Tokens erhalten.',
  'clientlist.enable.done': { one: '{count} Client ist aktiv.', other: '{count} Clients sind aktiv.' },
  'clientlist.disable.ask': { one: '{count} Client deaktivieren?', other: '{count} Clients deaktivieren?' },
  'clientlist.disable.what':
    'Sie erhalten keine Tokens mehr, bis jemand sie aktiviert; was sie haben, gilt weiter, bis es abläuft.',
  'clientlist.disable.done': {
    one: '{count} Client ist deaktiviert.',
    other: '{count} Clients sind deaktiviert.',
  },
  'clientlist.delete.ask': { one: '{count} Client löschen?', other: '{count} Clients löschen?' },
  'clientlist.delete.what':
    'Sie sind endgültig weg, mit ihren Zertifikaten, Berechtigungen, Tokens und Einwilligungen. Was andere Clients und Personen haben, bleibt.',
  'clientlist.delete.done': {
    one: '{count} Client ist gelöscht.',
    other: '{count} Clients sind gelöscht.',
  },
};
