import { Command, Option } from 'commander';
import { deliveryAnswer, webhookAnswers } from '../admin/webhook-resource.ts';
import { nearestFirst } from '../config/edit-distance.ts';
import { DELIVERY_STATES, type DeliveryState } from '../storage/storage.ts';
import { createReplay } from '../webhook/replay.ts';
import { originOf, type Webhook } from '../webhook/webhook.ts';
import { limitOption } from './limit-option.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  UsageError,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';

const LISTED = '50';
const MOST = 1_000;

/** @throws Refused, which names the nearest */
function webhookNamed(webhooks: readonly Webhook[], id: string): Webhook {
  const found = webhooks.find((webhook) => webhook.id === id);
  if (found) return found;
  const [nearest] = nearestFirst(id, webhooks, (webhook) => webhook.id);
  throw new Refused(
    nearest === undefined
      ? `there is no webhook ${id}; deployment.toml has no [[webhook]]`
      : `there is no webhook ${id}; the nearest is ${nearest.id}`,
  );
}

type DeliveriesOptions = GlobalOptions & {
  readonly state?: DeliveryState;
  readonly webhook?: string;
  readonly event?: string;
  readonly limit: string;
};

const lineOf = (delivery: ReturnType<typeof deliveryAnswer>): string =>
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
  withGlobalOptions(command.command('list'), 'webhook list')
    .description('list the webhooks of deployment.toml, with what waits, arrived and was given up')
    .action(async (options: GlobalOptions) => {
      await withOpenHome(options, async ({ storage, configuration }) => {
        const { webhook } = configuration.now();
        const answers = webhookAnswers(webhook, await storage.webhookDeliveries.tallies());
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
  withGlobalOptions(
    command.command('deliveries'),
    'webhook deliveries --state dead',
    'webhook deliveries --event 2ECD-0VCY-5K --json',
  )
    .description('list deliveries, newest first: who was told of what, and when')
    .addOption(new Option('--state <state>', 'what became of them').choices(DELIVERY_STATES))
    .option('--webhook <id>', 'those to one webhook')
    .option('--event <event_id>', 'those of one event')
    .option('--limit <number>', 'how many at most', LISTED)
    .action(async (options: DeliveriesOptions) => {
      const limit = limitOption(options.limit, MOST);
      await withOpenHome(options, async ({ storage, configuration }) => {
        const { state, webhook, event } = options;
        const filter = {
          ...(state !== undefined && { state }),
          ...(webhook !== undefined && { webhook }),
          ...(event !== undefined && { event_id: event.toUpperCase() }),
        };
        const { items, next } = await storage.webhookDeliveries.list(filter, { limit });
        const deliveries = items.map((each) => deliveryAnswer(each, configuration.now().webhook));
        print(options, { deliveries, more: next !== undefined }, [
          ...(deliveries.length > 0 ? deliveries.map(lineOf) : ['no delivery matches']),
          ...(next === undefined ? [] : ['more deliveries match; --limit shows more']),
        ]);
      });
    });
}

function replayCommand(command: Command): void {
  withGlobalOptions(
    command.command('replay [delivery_id...]'),
    'webhook replay 2ECD-0VCY-5K_on-call',
    'webhook replay --all-dead --webhook on-call',
  )
    .description('send deliveries again, whatever became of them; a running server does at once')
    .option('--all-dead', 'all that were given up')
    .option('--webhook <id>', 'of these, those to one webhook')
    .action(
      async (
        delivery_ids: readonly string[],
        options: GlobalOptions & { readonly allDead?: true; readonly webhook?: string },
      ) => {
        if ((options.allDead === true) === delivery_ids.length > 0)
          throw new UsageError('name deliveries, or say --all-dead');
        if (options.webhook !== undefined && !options.allDead)
          throw new UsageError('--webhook goes with --all-dead');
        await withOpenHome(options, async ({ storage, events, configuration, clock }) => {
          const webhooks = () => configuration.now().webhook;
          if (options.webhook !== undefined) webhookNamed(webhooks(), options.webhook);
          const replay = createReplay({ storage, events }, webhooks, clock);
          // All or none: whoever misspelt one says them all again.
          for (const delivery_id of delivery_ids) {
            if (!(await storage.webhookDeliveries.find(delivery_id)))
              throw new Refused(`there is no delivery ${delivery_id}`);
          }
          const replayed = options.allDead ? [...(await replay.allDead(options.webhook, operator()))] : [];
          for (const delivery_id of delivery_ids) {
            if (await replay.one(delivery_id, operator())) replayed.push(delivery_id);
          }
          print(options, { replayed }, [
            ...replayed.map((delivery_id) => `${delivery_id} is sent again`),
            ...(replayed.length > 0 ? [] : ['nothing was given up']),
          ]);
        });
      },
    );
}

function testCommand(command: Command): void {
  withGlobalOptions(command.command('test <id>'), 'webhook test on-call')
    .description('send a webhook a signed test, once, and print what came back')
    .action(async (id: string, options: GlobalOptions) => {
      await withOpenHome(options, async (opened) => {
        const webhook = webhookNamed(opened.configuration.now().webhook, id);
        const { tryWebhook } = await import('../server/try-webhook.ts');
        const { id: webhook_id, outcome } = await tryWebhook(opened, webhook);
        const receiver = originOf(webhook.url);
        if (outcome.outcome !== 'delivered') {
          const why = outcome.outcome === 'failed' ? outcome.why : 'nothing was sent';
          throw new Refused(`${receiver} did not take the test ${webhook_id}: ${why}`);
        }
        const { status } = outcome;
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
