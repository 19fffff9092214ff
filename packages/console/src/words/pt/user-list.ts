import type { userList as english } from '../en/user-list.ts';
import type { Translation } from '../message.ts';

export const userList: Translation<typeof english> = {
  'userlist.about':
    'As contas com que se pode entrar; quem tem uma função de administração administra este servidor.',
  'userlist.search': 'Buscar por nome, e-mail ou sub',
  'userlist.empty': 'Ainda não há ninguém.',
  'userlist.nomatch': 'Ninguém corresponde.',
  'userlist.state.any': 'Ativas e desativadas',
  'userlist.state.enabled': 'Ativas',
  'userlist.state.disabled': 'Desativadas',
  'userlist.state.awaits': 'à espera de confirmação',
  'userlist.enable.ask': { one: 'Ativar {count} conta?', other: 'Ativar {count} contas?' },
  'userlist.enable.what': 'Essas pessoas voltam a poder entrar.',
  'userlist.enable.done': { one: '{count} conta está ativa.', other: '{count} contas estão ativas.' },
  'userlist.disable.ask': { one: 'Desativar {count} conta?', other: 'Desativar {count} contas?' },
  'userlist.disable.what': 'Essas pessoas não podem entrar até que alguém ative suas contas.',
  'userlist.disable.done': {
    one: '{count} conta está desativada.',
    other: '{count} contas estão desativadas.',
  },
  'userlist.delete.ask': { one: 'Excluir {count} conta?', other: 'Excluir {count} contas?' },
  'userlist.delete.what':
    'Elas desaparecem de vez, com suas sessões, segundos fatores, autorizações, tokens e consentimentos.',
  'userlist.delete.done': { one: '{count} conta foi excluída.', other: '{count} contas foram excluídas.' },
};
