/** The list of roles. */
export const roleList = {
  'rolelist.delete.ask': { one: 'Delete {count} role?', other: 'Delete {count} roles?' },
  'rolelist.delete.what': 'Nobody holds them any more, and they are in no new token. This cannot be undone.',
  'rolelist.delete.done': { one: '{count} role is deleted.', other: '{count} roles are deleted.' },
} as const;
