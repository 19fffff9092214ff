/** What ends for several at once. */
export const revoking = {
  'revoking.sessions.ask': { one: 'End {count} session?', other: 'End {count} sessions?' },
  'revoking.sessions.what': 'These people must sign in again in those browsers.',
  'revoking.sessions.done': { one: '{count} session has ended.', other: '{count} sessions have ended.' },
  'revoking.consents.ask': { one: 'Revoke {count} consent?', other: 'Revoke {count} consents?' },
  'revoking.consents.what': 'These people will be asked again, and every token that came of it ends.',
  'revoking.consents.done': { one: '{count} consent is revoked.', other: '{count} consents are revoked.' },
  'revoking.grants.ask': { one: 'Revoke {count} authorization?', other: 'Revoke {count} authorizations?' },
  'revoking.grants.what': 'Every token that came of them ends at once, refresh tokens too.',
  'revoking.grants.done': {
    one: '{count} authorization is revoked.',
    other: '{count} authorizations are revoked.',
  },
} as const;
