import { Command, Option } from 'commander';
import { DELIVERY_STATES, type DeliveryState } from '../storage/storage.ts';
import type { DeliveryShown } from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { limitOption } from './limit-option.ts';
import { print, Refused, UsageError } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

const LISTED = '50';
const MOST = 1_000;

type DeliveriesOptions = AdministrationOptions & {
  readonly state?: DeliveryState;
  readonly webhook?: string;
  readonly event?: string;
  readonly limit: string;
};

const lineOf = (delivery: DeliveryShown): string =>
  [
    delivery.created_at,
    delivery.delivery_id,
    delivery.event_type,
    delivery.state === 'delivered' ? `delivered ${delivery.settled_at}` : delivery.state,
    `${delivery.attempts} ${delivery.attempts === 1 ? 'attempt' : 'attempts'}`,
    ...(delivery.next_attempt_at === undefined || !delivery.is_configured
      ? []
      : [`next ${delivery.next_attempt_at}`]),
    ...(delivery.is_configured ? [] : ['(the webhook is not configured any more)']),
    ...(delivery.last_error === undefined ? [] : [delivery.last_error]),
  ].join('  ');

function listCommand(command: Command): void {
  withAdministrationOptions(command.command('list'), ['webhook list'])
    .description('list the webhooks of deployment.toml, with what waits, arrived and was given up')
    .action(async (options: AdministrationOptions) => {
      await withAdministration(options, async ({ webhooks }) => {
        const answers = await webhooks.list();
        const lines = answers.map(({ receiver, events, waiting, dead, delivered, ...of }) =>
          [
            of.webhook,
            receiver ?? '(not configured any more)',
            ...(events === undefined ? [] : [events.join(' ')]),
            `${waiting} waiting`,
            `${dead} dead`,
            `${delivered} delivered`,
            ...(of.last_delivered_at === undefined ? [] : [`last ${of.last_delivered_at}`]),
          ].join('  '),
        );
        print(options, answers, lines.length > 0 ? lines : ['no webhooks']);
      });
    });
}

function deliveriesCommand(command: Command): void {
  withAdministrationOptions(command.command('deliveries'), [
    'webhook deliveries --state dead',
    'webhook deliveries --event 2ECD-0VCY-5K --json',
  ])
    .description('list deliveries, newest first: who was told of what, and when')
    .addOption(new Option('--state <state>', 'what became of them').choices(DELIVERY_STATES))
    .option('--webhook <id>', 'those to one webhook')
    .option('--event <event_id>', 'those of one event')
    .option('--limit <number>', 'how many at most', LISTED)
    .action(async (options: DeliveriesOptions) => {
      const limit = limitOption(options.limit, MOST);
      await withAdministration(options, async ({ webhooks }) => {
        const { state, webhook, event } = options;
        const filter = {
          ...(state !== undefined && { state }),
          ...(webhook !== undefined && { webhook }),
          ...(event !== undefined && { event_id: event.toUpperCase() }),
        };
        const { items: deliveries, more } = await webhooks.deliveries(filter, limit);
        print(options, { deliveries, more }, [
          ...(deliveries.length > 0 ? deliveries.map(lineOf) : ['no delivery matches']),
          ...(more ? ['more deliveries match; --limit shows more'] : []),
        ]);
      });
    });
}

function replayCommand(command: Command): void {
  withAdministrationOptions(command.command('replay [delivery_id...]'), [
    'webhook replay 2ECD-0VCY-5K_on-call',
    'webhook replay --all-dead --webhook on-call',
  ])
    .description('send deliveries again, whatever became of them; a running server does at once')
    .option('--all-dead', 'all that were given up')
    .option('--webhook <id>', 'of these, those to one webhook')
    .action(
      async (
        delivery_ids: readonly string[],
        options: AdministrationOptions & { readonly allDead?: true; readonly webhook?: string },
      ) => {
        if ((options.allDead === true) === delivery_ids.length > 0)
          throw new UsageError('name deliveries, or say --all-dead');
        if (options.webhook !== undefined && !options.allDead)
          throw new UsageError('--webhook goes with --all-dead');
        await withAdministration(options, async ({ webhooks }) => {
          const replayed = options.allDead
            ? await webhooks.replayDead(options.webhook)
            : await webhooks.replay(delivery_ids);
          print(options, { replayed }, [
            ...replayed.map((delivery_id) => `${delivery_id} is sent again`),
            ...(replayed.length > 0 ? [] : ['nothing was given up']),
          ]);
        });
      },
    );
}

function testCommand(command: Command): void {
  withAdministrationOptions(command.command('test <id>'), ['webhook test on-call'])
    .description('send a webhook a signed test, once, and print what came back')
    .action(async (id: string, options: AdministrationOptions) => {
      await withAdministration(options, async ({ webhooks }) => {
        const { webhook_id, receiver, delivered, status, why } = await webhooks.test(id);
        if (!delivered) throw new Refused(`${receiver} did not take the test ${webhook_id}: ${why}`);
        print(options, { webhook: id, webhook_id, receiver, status }, [
          `${receiver} answered ${status} to the test ${webhook_id}`,
        ]);
      });
    });
}

/** `countersign webhook …`: who is told of events, what became of it, and sending it again. */
export function webhookCommand(): Command {
  const command = new Command('webhook');
  listCommand(command);
  deliveriesCommand(command);
  replayCommand(command);
  testCommand(command);
  return command;
}
