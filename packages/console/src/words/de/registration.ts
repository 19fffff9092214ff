import type { registration as english } from '../en/registration.ts';
import type { Translation } from '../message.ts';

export const registration: Translation<typeof english> = {
  'registration.title': 'Registrierungs-Tokens',
  'registration.about':
    'Initial Access Tokens (RFC 7591): Wer eines besitzt, registriert Clients an diesem Server, so viele, wie es erlaubt, bis es endet.',
  'registration.make': 'Token erstellen',
  'registration.maketitle': 'Registrierungs-Token erstellen',
  'registration.empty': 'Es gibt keine Registrierungs-Tokens.',
  'registration.emptytext': 'Erstellen Sie eines für alle, die ohne Sie Clients registrieren sollen.',
  'registration.label': 'Wem es gegeben wird',
  'registration.labelhint': 'Für Menschen. Ereignisse, die es auslöst, nennen es.',
  'registration.lifetime': 'Gültig für',
  'registration.hours': 'Stunden',
  'registration.days': 'Tage',
  'registration.unit': 'Einheit',
  'registration.wrongnumber': 'Schreiben Sie eine ganze Zahl, mindestens 1.',
  'registration.toolong': 'Höchstens zehn Jahre.',
  'registration.clients': 'Wie viele Clients es registrieren darf',
  'registration.group': 'Die Clients in diese Gruppe stellen',
  'registration.grouphint':
    'Ihre Rollen und ihre Administratoren erreichen sie von Anfang an. Das Token ist nichts mehr wert, sobald es die Gruppe nicht mehr gibt.',
  'registration.nogroup': 'Diese Gruppe gibt es nicht.',
  'registration.groupgone': 'die Gruppe gibt es nicht mehr: es registriert nichts',
  'registration.made': 'Das Token ist erstellt.',
  'registration.onlytime': 'Das Token wird nur dieses eine Mal angezeigt.',
  'registration.hand':
    'Geben Sie es {label} auf einem Weg, den niemand sonst mitliest. Es wird als Bearer-Token im Authorization-Header gesendet:',
  'registration.copied': 'Ich habe es kopiert',
  'registration.token': 'Registrierungs-Token',
  'registration.request': 'Anfrage, die einen Client registriert',
  'registration.registered': 'Registriert',
  'registration.used': '{used} von {allowed}',
  'registration.state': 'Zustand',
  'registration.good': 'gültig',
  'registration.spent': 'aufgebraucht',
  'registration.ended': 'abgelaufen',
  'registration.end': 'Beenden',
  'registration.endlabel': 'Das Token von {label} beenden',
  'registration.endtitle': 'Das Token von {label} beenden?',
  'registration.endtext':
    'Niemand registriert damit mehr einen Client. Die Clients, die damit registriert wurden, bleiben.',
  'registration.endeddone': 'Das Token von {label} ist beendet.',
};
