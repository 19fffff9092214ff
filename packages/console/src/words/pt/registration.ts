import type { registration as english } from '../en/registration.ts';
import type { Translation } from '../message.ts';

export const registration: Translation<typeof english> = {
  'registration.title': 'Tokens de registo',
  'registration.about':
    'Initial access tokens (RFC 7591): quem tem um regista clientes neste servidor, tantos quantos ele diz, até terminar.',
  'registration.make': 'Criar um token',
  'registration.maketitle': 'Criar um token de registo',
  'registration.empty': 'Não há tokens de registo.',
  'registration.emptytext': 'Crie um para quem deve registar clientes sem si.',
  'registration.label': 'A quem é dado',
  'registration.labelhint': 'Para as pessoas. Os eventos que ele causa nomeiam-no.',
  'registration.lifetime': 'Válido por',
  'registration.hours': 'horas',
  'registration.days': 'dias',
  'registration.unit': 'Unidade',
  'registration.wrongnumber': 'Escreva um número inteiro, no mínimo 1.',
  'registration.toolong': 'No máximo dez anos.',
  'registration.clients': 'Quantos clientes pode registar',
  'registration.group': 'Pôr os clientes no grupo',
  'registration.grouphint':
    'As funções e os administradores do grupo alcançam-nos desde o início. O token nada vale quando o grupo deixa de existir.',
  'registration.nogroup': 'Não existe tal grupo.',
  'registration.groupgone': 'o grupo já não existe: não regista nada',
  'registration.made': 'O token foi criado.',
  'registration.onlytime': 'O token só é mostrado desta vez.',
  'registration.hand':
    'Dê-o a {label} por um meio que mais ninguém lê. É enviado como bearer token no cabeçalho Authorization:',
  'registration.copied': 'Já o copiei',
  'registration.token': 'token de registo',
  'registration.request': 'Pedido que regista um cliente',
  'registration.registered': 'Registados',
  'registration.used': '{used} de {allowed}',
  'registration.state': 'Estado',
  'registration.good': 'válido',
  'registration.spent': 'esgotado',
  'registration.ended': 'expirado',
  'registration.end': 'Terminar',
  'registration.endlabel': 'Terminar o token de {label}',
  'registration.endtitle': 'Terminar o token de {label}?',
  'registration.endtext':
    'Ninguém regista mais clientes com ele. Os clientes que foram registados com ele ficam.',
  'registration.endeddone': 'O token de {label} terminou.',
};
