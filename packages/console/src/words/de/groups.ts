import type { groups as english } from '../en/groups.ts';
import type { Translation } from '../message.ts';

export const groups: Translation<typeof english> = {
  'groups.title': 'Gruppen',
  'groups.one': 'Gruppe',
  'groups.about':
    'Personen und Clients, die zusammengehören. Eine Gruppe kann in einer anderen sein; ihre Mitglieder gehören auch zu dieser.',
  'groups.searchlabel': 'Nach Name suchen',
  'groups.none': 'Es gibt noch keine Gruppen.',
  'groups.nomatch': 'Keine Gruppe passt dazu.',
  'groups.nogroups': 'Keine Gruppen.',
  'groups.noroles': 'Keine Rollen.',
  'groups.in': 'In',
  'groups.hint': 'Anwendungen sehen ihn in Tokens so, wie er hier steht.',
  'groups.add': 'Gruppe hinzufügen',
  'groups.addin': 'Gruppe in {name} hinzufügen',
  'groups.added': '{name} ist hinzugefügt.',
  'groups.change': '{name} ändern',
  'groups.changed': '{name} ist geändert.',
  'groups.parent': 'In der Gruppe',
  'groups.parenthint': 'Ihre Mitglieder gehören auch zu jener Gruppe und haben deren Rollen.',
  'groups.noparent': 'Eine solche Gruppe gibt es nicht.',
  'groups.inandmade': 'in {group}, angelegt {time}',
  'groups.made': 'angelegt {time}',
  'groups.inside': 'Gruppen darin',
  'groups.rolesofmembers': 'Rollen ihrer Mitglieder',
  'groups.rolesof': 'Rollen der Mitglieder von {name}',
  'groups.giverole': 'Rolle geben',
  'groups.give': 'Geben',
  'groups.takeaway': 'Wegnehmen',
  'groups.takenaway': 'Die Mitglieder von {group} haben {role} nicht mehr durch sie.',
  'groups.deletequestion': '{name} löschen?',
  'groups.deleted': '{name} ist gelöscht.',
  'groups.people': { one: '{count} Person', other: '{count} Personen' },
  'groups.lose':
    '{people} und {clients} verlieren die Mitgliedschaft und die Rollen, die daraus kamen. Das lässt sich nicht rückgängig machen.',
  'groups.contains': 'Sie enthält Gruppen: verschieben oder löschen Sie zuerst diese.',
};
