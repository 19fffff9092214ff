import type { memberships as english } from '../en/memberships.ts';
import type { Translation } from '../message.ts';

export const memberships: Translation<typeof english> = {
  'memberships.takeout': 'Retirar',
  'memberships.takeoutof': 'Retirar {who}',
  'memberships.takeoutquestion': 'Retirar do grupo?',
  'memberships.takeouttext': '{who} deixa de ser membro de {name}; o que vinha do grupo se perde.',
  'memberships.taketext': '{who} deixa de ter {name} diretamente.',
  'memberships.takequestion': 'Retirar a função?',
  'memberships.nopeople': 'Nenhuma pessoa.',
  'memberships.noclients': 'Nenhum cliente.',
  'memberships.addperson': 'Adicionar uma pessoa',
  'memberships.addclient': 'Adicionar um cliente',
  'memberships.peopleof': 'Pessoas de {name}',
  'memberships.clientsof': 'Clientes de {name}',
  'memberships.groupsof': 'Grupos de {name}',
  'memberships.rolesof': 'Funções de {name}',
  'memberships.since': 'Desde',
  'memberships.member': 'membro',
  'memberships.bycontained': 'por um grupo que ele contém',
  'memberships.leave': 'Deixar',
  'memberships.left': '{who} não é mais membro de {name}.',
  'memberships.addtogroup': 'Adicionar a um grupo',
  'memberships.itself': 'diretamente',
  'memberships.bygroup': 'por {group}',
  'memberships.lost': '{who} não tem mais {name} diretamente.',
  'memberships.namehint': 'em {group}',
};
