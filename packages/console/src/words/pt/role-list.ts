import type { roleList as english } from '../en/role-list.ts';
import type { Translation } from '../message.ts';

export const roleList: Translation<typeof english> = {
  'rolelist.delete.ask': { one: 'Excluir {count} função?', other: 'Excluir {count} funções?' },
  'rolelist.delete.what':
    'Ninguém mais as tem, e elas não estão em nenhum token novo. Isso não pode ser desfeito.',
  'rolelist.delete.done': { one: '{count} função foi excluída.', other: '{count} funções foram excluídas.' },
};
