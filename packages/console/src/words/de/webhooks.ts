import type { webhooks as english } from '../en/webhooks.ts';
import type { Translation } from '../message.ts';

export const webhooks: Translation<typeof english> = {
  'webhooks.title': 'Webhooks',
  'webhooks.about':
    'Wem Ereignisse über HTTPS gemeldet werden. Sie stehen in deployment.toml als [[webhook]].',
  'webhooks.none': 'Niemandem werden Ereignisse gemeldet.',
  'webhooks.nonetext': 'Ein {section} in {file} nennt, wem was gemeldet wird.',
  'webhooks.deliveries': 'Zustellungen',
  'webhooks.webhook': 'Webhook',
  'webhooks.every': 'Alle Webhooks',
  'webhooks.everystate': 'Alle Zustände',
  'webhooks.receiver': 'Empfänger',
  'webhooks.toldof': 'Meldet',
  'webhooks.waiting': 'Wartend',
  'webhooks.givenup': 'Aufgegeben',
  'webhooks.delivered': 'Zugestellt',
  'webhooks.last': 'Zuletzt',
  'webhooks.notconfigured': 'nicht mehr konfiguriert',
  'webhooks.nodeliveries': 'Eine solche Zustellung gibt es nicht.',
  'webhooks.attempts': 'Versuche',
  'webhooks.lasterror': 'Letzter Fehler',
  'webhooks.sendagain': 'Erneut senden',
  'webhooks.sentagain': 'Wird erneut gesendet.',
};
