import type { roles as english } from '../en/roles.ts';
import type { Translation } from '../message.ts';

export const roles: Translation<typeof english> = {
  'roles.title': 'Funções',
  'roles.one': 'Função',
  'roles.about':
    'Aquilo por que os aplicativos reconhecem pessoas, clientes e grupos. Quem administra este servidor consta em cada usuário.',
  'roles.none': 'Ainda não há funções.',
  'roles.nomatch': 'Nenhuma função corresponde.',
  'roles.hint': 'Os aplicativos o veem nos tokens como está escrito aqui, por exemplo invoices.read.',
  'roles.add': 'Adicionar uma função',
  'roles.added': '{name} foi adicionada.',
  'roles.change': 'Alterar {name}',
  'roles.changed': '{name} foi alterada.',
  'roles.made': 'criada {time}',
  'roles.deletequestion': 'Excluir {name}?',
  'roles.deleted': '{name} foi excluída.',
  'roles.lose': 'Ninguém mais a tem, e ela não entra em tokens novos. Não é possível desfazer.',
};
