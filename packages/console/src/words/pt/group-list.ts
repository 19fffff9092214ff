import type { groupList as english } from '../en/group-list.ts';
import type { Translation } from '../message.ts';

export const groupList: Translation<typeof english> = {
  'grouplist.delete.ask': { one: 'Excluir {count} grupo?', other: 'Excluir {count} grupos?' },
  'grouplist.delete.what':
    'Eles desaparecem de vez, e com eles quem faz parte deles e as funções que vinham daí. Um grupo que contém outros é recusado.',
  'grouplist.delete.done': { one: '{count} grupo foi excluído.', other: '{count} grupos foram excluídos.' },
};
