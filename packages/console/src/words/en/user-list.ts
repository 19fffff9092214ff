/** The list of people. */
export const userList = {
  'userlist.about': 'The accounts that can sign in; those with an administrator role administer this server.',
  'userlist.search': 'Search by name, email or sub',
  'userlist.empty': 'Nobody is here yet.',
  'userlist.nomatch': 'Nobody matches.',
  'userlist.state.any': 'Enabled and disabled',
  'userlist.state.enabled': 'Enabled',
  'userlist.state.disabled': 'Disabled',
  'userlist.state.awaits': 'waits for confirmation',
  'userlist.enable.ask': { one: 'Enable {count} account?', other: 'Enable {count} accounts?' },
  'userlist.enable.what': 'These people can sign in again.',
  'userlist.enable.done': { one: '{count} account is enabled.', other: '{count} accounts are enabled.' },
  'userlist.disable.ask': { one: 'Disable {count} account?', other: 'Disable {count} accounts?' },
  'userlist.disable.what': 'These people cannot sign in until somebody enables their accounts.',
  'userlist.disable.done': { one: '{count} account is disabled.', other: '{count} accounts are disabled.' },
  'userlist.delete.ask': { one: 'Delete {count} account?', other: 'Delete {count} accounts?' },
  'userlist.delete.what':
    'They are gone for good, with their sessions, second factors, authorizations, tokens and consents.',
  'userlist.delete.done': { one: '{count} account is deleted.', other: '{count} accounts are deleted.' },
} as const;
