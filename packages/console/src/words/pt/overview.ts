import type { overview as english } from '../en/overview.ts';
import type { Translation } from '../message.ts';

export const overview: Translation<typeof english> = {
  'overview.title': 'Visão geral',
  'overview.version': 'versão {version}',
  'overview.addclient': 'Adicionar um cliente',
  'overview.welcome': 'Boas-vindas. Ainda não há nenhum cliente registrado.',
  'overview.welcomehint':
    'Dê um nome a uma aplicação e informe o certificado dela. Ela recebe um client_id, um client_secret e um comando curl que funciona na hora.',
  'overview.addfirst': 'Adicionar o primeiro',
  'overview.signingkey': 'Chave de assinatura',
  'overview.since': 'desde: {distance}',
  'overview.refusedlately': 'Pedidos de token recusados há pouco',
  'overview.nothingrefused': 'Nada foi recusado.',
  'overview.endsnext': 'O que termina em seguida',
  'overview.endsnone': 'Não se conhece nada que vá terminar.',
  'overview.endsall': 'Tudo o que termina',
  'overview.byend': 'Certificados e chaves por dias até o fim',
  'overview.attention': 'O que precisa de atenção',
  'overview.attentioncount': {
    one: '{count} assunto precisa de atenção',
    other: '{count} assuntos precisam de atenção',
  },
  'overview.filebroken': '{file} não pode ser usado',
  'overview.filebrokenhere':
    'Neste nó, {node}, vale o que estava nele antes. Corrija o arquivo; ele é aplicado em segundos.',
  'overview.filebrokenthere': 'No nó {node} vale o que estava nele antes. Corrija o arquivo lá.',
  'overview.nodemissing': 'O nó {node} está ausente',
  'overview.nodemissinghint':
    'Foi visto pela última vez {distance} e não foi encerrado de forma ordenada. A falta é indicada por um dia.',
  'overview.forget': 'Esquecer',
  'overview.forgetquestion': 'Esquecer este nó?',
  'overview.forgetwhat':
    'Nenhum nó dá mais pela falta dele. Se ele voltar a se anunciar, passa a ser conhecido de novo.',
  'overview.forgotten': '{node} foi esquecido.',
  'overview.nodesdiffer': 'Arquivos ou configurações diferem entre os nós',
  'overview.seenodes': 'Comparar os nós',
  'overview.restart': 'Configurações alteradas esperam um reinício de {node}',
  'overview.unreachablecrl': 'A CRL {location} não pode ser renovada',
  'overview.unreachableocsp': 'O respondedor OCSP {location} não responde como deveria',
  'overview.goodstill': 'O que se tem vale até {time}.',
  'overview.goodnomore':
    'O que se tem está vencido desde {time}: onde um grupo de confiança tem revocation = "require", seus clientes são recusados.',
  'overview.nothingheld':
    'Não se tem nada: onde um grupo de confiança tem revocation = "require", seus clientes são recusados.',
  'overview.tried': 'Última tentativa: {distance}.',
  'overview.seerevocation': 'Revogação',
  'overview.seesettings': 'Configurações',
};
