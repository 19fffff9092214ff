/** Roles of applications and who holds them. */
export const roles = {
  'roles.title': 'Roles',
  'roles.one': 'Role',
  'roles.about':
    'What applications know people, clients and groups by. Who administers this server is said at each user.',
  'roles.none': 'There are no roles yet.',
  'roles.nomatch': 'No role matches.',
  'roles.hint': 'Applications see it in tokens as it is written here, such as invoices.read.',
  'roles.add': 'Add a role',
  'roles.added': '{name} is added.',
  'roles.change': 'Change {name}',
  'roles.changed': '{name} is changed.',
  'roles.made': 'made {time}',
  'roles.deletequestion': 'Delete {name}?',
  'roles.deleted': '{name} is deleted.',
  'roles.lose': 'Nobody holds it any more, and it is in no new token. This cannot be undone.',
} as const;
