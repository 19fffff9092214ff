import type { webhooks as english } from '../en/webhooks.ts';
import type { Translation } from '../message.ts';

export const webhooks: Translation<typeof english> = {
  'webhooks.title': 'Webhooks',
  'webhooks.about':
    'Quem é avisado de eventos por HTTPS. São configurados em deployment.toml, como [[webhook]].',
  'webhooks.none': 'Ninguém é avisado de eventos.',
  'webhooks.nonetext': 'Um {section} em {file} diz a quem avisar, e de quê.',
  'webhooks.deliveries': 'Entregas',
  'webhooks.webhook': 'Webhook',
  'webhooks.every': 'Todos os webhooks',
  'webhooks.everystate': 'Todos os estados',
  'webhooks.receiver': 'Destinatário',
  'webhooks.toldof': 'Avisa de',
  'webhooks.waiting': 'À espera',
  'webhooks.givenup': 'Abandonadas',
  'webhooks.delivered': 'Entregues',
  'webhooks.last': 'Última',
  'webhooks.notconfigured': 'não mais configurado',
  'webhooks.nodeliveries': 'Não há entrega assim.',
  'webhooks.attempts': 'Tentativas',
  'webhooks.lasterror': 'Último erro',
  'webhooks.sendagain': 'Enviar de novo',
  'webhooks.sentagain': 'Enviado de novo.',
};
