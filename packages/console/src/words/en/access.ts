/** Sessions, consents and authorizations. */
export const access = {
  'access.title': 'Sessions and tokens',
  'access.about': 'Who is signed in, what people agreed to, and what came of it.',
  'access.consents': 'Consents',
  'access.grants': 'Authorizations',
  'access.noconsents': 'Nobody has agreed to anything yet.',
  'access.agreed': 'Agreed to',
  'access.revoke': 'Revoke',
  'access.revokeconsent': 'Revoke this consent?',
  'access.revokeconsenttext': '{user} will be asked again, and every token {client} holds for {user} ends.',
  'access.inforce': 'Authorizations in force',
  'access.nogrants': 'No authorization is in force.',
  'access.since': 'Since',
  'access.revokegrant': 'Revoke this authorization?',
  'access.revokegranttext':
    'Every token that {client} got for {user} by it ends at once, refresh tokens too.',
  'access.nosessions': 'Nobody is signed in.',
  'access.signedin': 'Signed in',
  'access.by': 'By',
  'access.endsession': 'End this session?',
  'access.endsessiontext': '{user} must sign in again in that browser.',
  'access.done': 'Done.',
} as const;
