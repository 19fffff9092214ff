import type { groupList as english } from '../en/group-list.ts';
import type { Translation } from '../message.ts';

export const groupList: Translation<typeof english> = {
  'grouplist.delete.ask': { one: '{count} Gruppe löschen?', other: '{count} Gruppen löschen?' },
  'grouplist.delete.what':
    'Sie sind endgültig weg, und mit ihnen, wer dazugehört, und die Rollen, die daher kamen. Eine Gruppe, die andere enthält, wird abgelehnt.',
  'grouplist.delete.done': { one: '{count} Gruppe ist gelöscht.', other: '{count} Gruppen sind gelöscht.' },
};
