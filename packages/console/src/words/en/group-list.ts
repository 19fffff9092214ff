/** The list of groups. */
export const groupList = {
  'grouplist.delete.ask': { one: 'Delete {count} group?', other: 'Delete {count} groups?' },
  'grouplist.delete.what':
    'They are gone for good, and with them who belongs to them and the roles that came by it. One that contains groups is refused.',
  'grouplist.delete.done': { one: '{count} group is deleted.', other: '{count} groups are deleted.' },
} as const;
