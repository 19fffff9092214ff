import type { groups as english } from '../en/groups.ts';
import type { Translation } from '../message.ts';

export const groups: Translation<typeof english> = {
  'groups.title': 'Grupos',
  'groups.one': 'Grupo',
  'groups.about':
    'Pessoas e clientes que formam um conjunto. Um grupo pode estar dentro de outro; os seus membros pertencem também a esse.',
  'groups.searchlabel': 'Buscar por nome',
  'groups.none': 'Ainda não há grupos.',
  'groups.nomatch': 'Nenhum grupo corresponde.',
  'groups.nogroups': 'Nenhum grupo.',
  'groups.noroles': 'Nenhuma função.',
  'groups.in': 'Em',
  'groups.hint': 'Os aplicativos o veem nos tokens como está escrito aqui.',
  'groups.add': 'Adicionar um grupo',
  'groups.addin': 'Adicionar um grupo em {name}',
  'groups.added': '{name} foi adicionado.',
  'groups.change': 'Alterar {name}',
  'groups.changed': '{name} foi alterado.',
  'groups.parent': 'No grupo',
  'groups.parenthint': 'Os seus membros pertencem também a esse grupo e têm as funções dele.',
  'groups.noparent': 'Não existe esse grupo.',
  'groups.inandmade': 'em {group}, criado {time}',
  'groups.made': 'criado {time}',
  'groups.inside': 'Grupos dentro dele',
  'groups.rolesofmembers': 'Funções dos seus membros',
  'groups.rolesof': 'Funções dos membros de {name}',
  'groups.giverole': 'Dar uma função',
  'groups.give': 'Dar',
  'groups.takeaway': 'Retirar',
  'groups.takenaway': 'Os membros de {group} não têm mais {role} por meio dele.',
  'groups.deletequestion': 'Excluir {name}?',
  'groups.deleted': '{name} foi excluído.',
  'groups.people': { one: '{count} pessoa', other: '{count} pessoas' },
  'groups.lose':
    '{people} e {clients} perdem a participação e as funções que vinham dela. Não é possível desfazer.',
  'groups.contains': 'Ele contém grupos: mova ou exclua esses primeiro.',
};
