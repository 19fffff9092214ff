import type { userList as english } from '../en/user-list.ts';
import type { Translation } from '../message.ts';

export const userList: Translation<typeof english> = {
  'userlist.about':
    'Die Konten, mit denen man sich anmelden kann; wer eine Administratorrolle hat, verwaltet diesen Server.',
  'userlist.search': 'Nach Name, E-Mail oder sub suchen',
  'userlist.empty': 'Noch ist niemand hier.',
  'userlist.nomatch': 'Niemand passt dazu.',
  'userlist.state.any': 'Aktive und deaktivierte',
  'userlist.state.enabled': 'Aktive',
  'userlist.state.disabled': 'Deaktivierte',
  'userlist.state.awaits': 'wartet auf Bestätigung',
  'userlist.enable.ask': { one: '{count} Konto aktivieren?', other: '{count} Konten aktivieren?' },
  'userlist.enable.what': 'Diese Personen können sich wieder anmelden.',
  'userlist.enable.done': { one: '{count} Konto ist aktiv.', other: '{count} Konten sind aktiv.' },
  'userlist.disable.ask': { one: '{count} Konto deaktivieren?', other: '{count} Konten deaktivieren?' },
  'userlist.disable.what': 'Diese Personen können sich nicht anmelden, bis jemand ihre Konten aktiviert.',
  'userlist.disable.done': {
    one: '{count} Konto ist deaktiviert.',
    other: '{count} Konten sind deaktiviert.',
  },
  'userlist.delete.ask': { one: '{count} Konto löschen?', other: '{count} Konten löschen?' },
  'userlist.delete.what':
    'Sie sind endgültig weg, mit ihren Sitzungen, zweiten Faktoren, Berechtigungen, Tokens und Einwilligungen.',
  'userlist.delete.done': { one: '{count} Konto ist gelöscht.', other: '{count} Konten sind gelöscht.' },
};
