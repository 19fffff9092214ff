/** Who is told of events, and what became of it. */
export const webhooks = {
  'webhooks.title': 'Webhooks',
  'webhooks.about':
    'Who is told of events over HTTPS. They are configured in deployment.toml, as [[webhook]].',
  'webhooks.none': 'Nobody is told of events.',
  'webhooks.nonetext': 'A {section} in {file} names whom to tell, and of what.',
  'webhooks.deliveries': 'Deliveries',
  'webhooks.webhook': 'Webhook',
  'webhooks.every': 'Every webhook',
  'webhooks.everystate': 'Every state',
  'webhooks.receiver': 'Receiver',
  'webhooks.toldof': 'Told of',
  'webhooks.waiting': 'Waiting',
  'webhooks.givenup': 'Given up',
  'webhooks.delivered': 'Delivered',
  'webhooks.last': 'Last',
  'webhooks.notconfigured': 'not configured any more',
  'webhooks.nodeliveries': 'There is no such delivery.',
  'webhooks.attempts': 'Attempts',
  'webhooks.lasterror': 'Last error',
  'webhooks.sendagain': 'Send again',
  'webhooks.sentagain': 'It is sent again.',
} as const;
