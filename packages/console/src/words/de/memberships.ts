import type { memberships as english } from '../en/memberships.ts';
import type { Translation } from '../message.ts';

export const memberships: Translation<typeof english> = {
  'memberships.takeout': 'Herausnehmen',
  'memberships.takeoutof': '{who} herausnehmen',
  'memberships.takeoutquestion': 'Aus der Gruppe herausnehmen?',
  'memberships.takeouttext': '{who} ist dann kein Mitglied von {name} mehr; was die Gruppe gab, fällt weg.',
  'memberships.taketext': '{who} hat {name} dann nicht mehr selbst.',
  'memberships.takequestion': 'Rolle wegnehmen?',
  'memberships.nopeople': 'Keine Personen.',
  'memberships.noclients': 'Keine Clients.',
  'memberships.addperson': 'Person hinzufügen',
  'memberships.addclient': 'Client hinzufügen',
  'memberships.peopleof': 'Personen von {name}',
  'memberships.clientsof': 'Clients von {name}',
  'memberships.groupsof': 'Gruppen von {name}',
  'memberships.rolesof': 'Rollen von {name}',
  'memberships.since': 'Seit',
  'memberships.member': 'Mitglied',
  'memberships.bycontained': 'durch eine enthaltene Gruppe',
  'memberships.leave': 'Austreten',
  'memberships.left': '{who} ist kein Mitglied von {name} mehr.',
  'memberships.addtogroup': 'Zu einer Gruppe hinzufügen',
  'memberships.itself': 'selbst',
  'memberships.bygroup': 'durch {group}',
  'memberships.lost': '{who} hat {name} nicht mehr selbst.',
  'memberships.namehint': 'in {group}',
};
