import type { access as english } from '../en/access.ts';
import type { Translation } from '../message.ts';

export const access: Translation<typeof english> = {
  'access.title': 'Sitzungen und Tokens',
  'access.about': 'Wer angemeldet ist, wem Personen zugestimmt haben und was daraus wurde.',
  'access.consents': 'Zustimmungen',
  'access.grants': 'Autorisierungen',
  'access.noconsents': 'Noch hat niemand einer Sache zugestimmt.',
  'access.agreed': 'Zugestimmt',
  'access.revoke': 'Widerrufen',
  'access.revokeconsent': 'Diese Zustimmung widerrufen?',
  'access.revokeconsenttext':
    '{user} wird wieder gefragt, und jedes Token, das {client} für {user} hat, endet.',
  'access.inforce': 'Geltende Autorisierungen',
  'access.nogrants': 'Es gilt keine Autorisierung.',
  'access.since': 'Seit',
  'access.revokegrant': 'Diese Autorisierung widerrufen?',
  'access.revokegranttext':
    'Jedes Token, das {client} dadurch für {user} bekam, endet sofort, auch Refresh-Tokens.',
  'access.nosessions': 'Niemand ist angemeldet.',
  'access.signedin': 'Angemeldet',
  'access.by': 'Durch',
  'access.endsession': 'Diese Sitzung beenden?',
  'access.endsessiontext': '{user} muss sich in jenem Browser neu anmelden.',
  'access.done': 'Erledigt.',
};
