import type { finding as english } from '../en/finding.ts';
import type { Translation } from '../message.ts';

export const finding: Translation<typeof english> = {
  'finding.expired': 'Es ist am {until} abgelaufen.',
  'finding.not-yet-valid': 'Es ist nicht vor {from} gültig.',
  'finding.expires-soon': 'Es läuft in {days} ab, am {until}.',
  'finding.weak-key': 'Sein Schlüssel ist schwach oder ungewöhnlich: {presented}; erwartet {expected}.',
  'finding.weak-signature': 'Seine Signatur ist schwach oder ungewöhnlich: {presented}; erwartet {expected}.',
  'finding.not-for-client-auth':
    'Es ist nicht für die Client-Authentifizierung gemacht: {presented}; erwartet {expected}.',
  'finding.certificate-authority':
    'Es ist eine Zertifizierungsstelle, wie „openssl req -x509“ sie macht. Bei einem selbst signierten Client schadet das nicht.',
  'finding.used-by-another-client':
    'Es ist schon für {clientname} ({clientid}) registriert; jeder könnte als der andere auftreten.',
  'finding.used-by-an-administrator':
    'Ein Administrator meldet sich damit an; sobald auch ein Client es hat, kann er das nicht mehr.',
  'finding.renewal':
    'Es erneuert {before}, das für diesen Client registriert ist: der Schlüssel ist derselbe, der Fingerabdruck nicht; es muss also auch registriert werden.',
  'finding.no-certificate-authority':
    'Es ist keine Zertifizierungsstelle: nach der Regel bürgt es für niemanden.',
};
