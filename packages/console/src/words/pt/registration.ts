import type { registration as english } from '../en/registration.ts';
import type { Translation } from '../message.ts';

export const registration: Translation<typeof english> = {
  'registration.title': 'Tokens de registro',
  'registration.about':
    'Initial access tokens (RFC 7591): quem tem um registra clientes neste servidor, tantos quantos ele diz, até terminar.',
  'registration.make': 'Criar um token',
  'registration.maketitle': 'Criar um token de registro',
  'registration.empty': 'Não há tokens de registro.',
  'registration.emptytext': 'Crie um para quem deve registrar clientes sem você.',
  'registration.label': 'A quem é dado',
  'registration.labelhint': 'Para as pessoas. Os eventos que ele causa nomeiam-no.',
  'registration.lifetime': 'Válido por',
  'registration.hours': 'horas',
  'registration.days': 'dias',
  'registration.unit': 'Unidade',
  'registration.wrongnumber': 'Escreva um número inteiro, no mínimo 1.',
  'registration.toolong': 'No máximo dez anos.',
  'registration.clients': 'Quantos clientes pode registrar',
  'registration.group': 'Pôr os clientes no grupo',
  'registration.grouphint':
    'As funções e os administradores do grupo alcançam-nos desde o início. O token nada vale quando o grupo deixa de existir.',
  'registration.nogroup': 'Não existe tal grupo.',
  'registration.groupgone': 'o grupo já não existe: não registra nada',
  'registration.made': 'O token foi criado.',
  'registration.onlytime': 'O token só é mostrado desta vez.',
  'registration.hand':
    'Dê-o a {label} por um meio que mais ninguém lê. É enviado como bearer token no cabeçalho Authorization:',
  'registration.copied': 'Já o copiei',
  'registration.token': 'token de registro',
  'registration.request': 'Pedido que registra um cliente',
  'registration.registered': 'Registrados',
  'registration.used': '{used} de {allowed}',
  'registration.state': 'Estado',
  'registration.good': 'válido',
  'registration.spent': 'esgotado',
  'registration.ended': 'expirado',
  'registration.end': 'Terminar',
  'registration.endlabel': 'Terminar o token de {label}',
  'registration.endtitle': 'Terminar o token de {label}?',
  'registration.endtext':
    'Ninguém registra mais clientes com ele. Os clientes que foram registrados com ele ficam.',
  'registration.endeddone': 'O token de {label} terminou.',
};
