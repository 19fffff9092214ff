import type { vouching as english } from '../en/vouching.ts';
import type { Translation } from '../message.ts';

export const vouching: Translation<typeof english> = {
  'vouching.named': 'von {by} am {date} benannt',
  'vouching.certificate-authority': 'eine Zertifizierungsstelle, die keinem Client gehört',
  'vouching.trust-group': 'eine Zertifizierungsstelle ihrer Trust-Gruppe, die keinem Client gehört',
  'vouching.not-a-certificate-authority':
    'keine Zertifizierungsstelle; basicConstraints oder keyUsage sagen es nicht',
  'vouching.unnamed': 'niemand hat es benannt, und [truststore] unnamed ist "handshake"',
  'vouching.unreadable': 'seine Erweiterungen lassen sich nicht lesen',
  'vouching.certificate-of-a-client': 'das Zertifikat von {clients}',
  'vouching.key-of-a-client': 'sein Schlüssel ist der von {clients}',
};
