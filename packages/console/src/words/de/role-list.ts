import type { roleList as english } from '../en/role-list.ts';
import type { Translation } from '../message.ts';

export const roleList: Translation<typeof english> = {
  'rolelist.delete.ask': { one: '{count} Rolle löschen?', other: '{count} Rollen löschen?' },
  'rolelist.delete.what':
    'Niemand hat sie mehr, und sie stehen in keinem neuen Token. Das lässt sich nicht rückgängig machen.',
  'rolelist.delete.done': { one: '{count} Rolle ist gelöscht.', other: '{count} Rollen sind gelöscht.' },
};
