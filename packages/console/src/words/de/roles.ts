import type { roles as english } from '../en/roles.ts';
import type { Translation } from '../message.ts';

export const roles: Translation<typeof english> = {
  'roles.title': 'Rollen',
  'roles.one': 'Rolle',
  'roles.about':
    'Woran Anwendungen Personen, Clients und Gruppen erkennen. Wer diesen Server verwaltet, steht bei jedem Benutzer.',
  'roles.none': 'Es gibt noch keine Rollen.',
  'roles.nomatch': 'Keine Rolle passt dazu.',
  'roles.hint': 'Anwendungen sehen ihn in Tokens so, wie er hier steht, etwa invoices.read.',
  'roles.add': 'Rolle hinzufügen',
  'roles.added': '{name} ist hinzugefügt.',
  'roles.change': '{name} ändern',
  'roles.changed': '{name} ist geändert.',
  'roles.made': 'angelegt {time}',
  'roles.deletequestion': '{name} löschen?',
  'roles.deleted': '{name} ist gelöscht.',
  'roles.lose':
    'Niemand hat sie mehr, und in neuen Tokens steht sie nicht. Das lässt sich nicht rückgängig machen.',
};
