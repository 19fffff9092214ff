import type { revoking as english } from '../en/revoking.ts';
import type { Translation } from '../message.ts';

export const revoking: Translation<typeof english> = {
  'revoking.sessions.ask': { one: '{count} Sitzung beenden?', other: '{count} Sitzungen beenden?' },
  'revoking.sessions.what': 'Diese Personen müssen sich in diesen Browsern neu anmelden.',
  'revoking.sessions.done': {
    one: '{count} Sitzung ist beendet.',
    other: '{count} Sitzungen sind beendet.',
  },
  'revoking.consents.ask': {
    one: '{count} Einwilligung widerrufen?',
    other: '{count} Einwilligungen widerrufen?',
  },
  'revoking.consents.what':
    'Diese Personen werden erneut gefragt, und alle Tokens, die daraus hervorgingen, enden.',
  'revoking.consents.done': {
    one: '{count} Einwilligung ist widerrufen.',
    other: '{count} Einwilligungen sind widerrufen.',
  },
  'revoking.grants.ask': {
    one: '{count} Berechtigung widerrufen?',
    other: '{count} Berechtigungen widerrufen?',
  },
  'revoking.grants.what': 'Alle Tokens, die daraus hervorgingen, enden sofort, auch Refresh Tokens.',
  'revoking.grants.done': {
    one: '{count} Berechtigung ist widerrufen.',
    other: '{count} Berechtigungen sind widerrufen.',
  },
};
