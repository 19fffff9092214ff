import { credentialAnswer } from '../../admin/credential-resource.ts';
import {
  initialAccessTokenAnswer,
  initialAccessTokenAnswers,
} from '../../admin/initial-access-token-resource.ts';
import { timestamp } from '../../admin/timestamp.ts';
import { deliveryAnswer, webhookAnswers } from '../../admin/webhook-resource.ts';
import { nearestFirst } from '../../config/edit-distance.ts';
import { removeCredentials } from '../../registration/credential-removal.ts';
import { createInitialAccessTokens } from '../../registration/initial-access-tokens.ts';
import { removeRetiredSigningKey, rotateSigningKeys } from '../../registration/key-rotation.ts';
import { openExpiry } from '../../server/expiry.ts';
import type { OpenHome } from '../../server/open-home.ts';
import { everyItem } from '../../storage/every-item.ts';
import type { GroupStore } from '../../storage/storage.ts';
import { StorageUnavailable } from '../../storage/storage-errors.ts';
import { describedKey } from '../../token/described-key.ts';
import { accessTokenAlgorithm } from '../../token/server-key.ts';
import { type LimitedRole, limitedRoleText } from '../../user/administrator-roles.ts';
import { createReplay } from '../../webhook/replay.ts';
import type { Webhook } from '../../webhook/webhook.ts';
import { knownSubjectsOf } from '../known-subjects.ts';
import { operator, Refused } from '../run-command.ts';
import type {
  Administration,
  CertificateAdministration,
  ClientAdministration,
  EventAdministration,
  KeyAdministration,
  NamedLimitedRole,
  PeopleAdministration,
  RegistrationTokenAdministration,
  WebhookAdministration,
} from './administration.ts';
import { attributesOfHome, claimRulesOfHome } from './claims-of-home.ts';
import { groupsOfHome, rolesOfHome } from './groupings-of-home.ts';
import { trustOfHome } from './trust-of-home.ts';

const clientsOf = ({ clients, storage }: OpenHome): ClientAdministration => ({
  register: (metadata, { enabled = true } = {}) =>
    clients.register(metadata, operator(), { secret: 'always', enabled }),
  list: (narrowed) => everyItem((page) => storage.clients.list({ ...page, ...narrowed })),
  find: (client_id) => storage.clients.find(client_id),
  change: (client_id, delta, expected) => clients.change(client_id, delta, operator(), { expected }),
  remove: (client_id, expected) => clients.remove(client_id, operator(), { expected }),
});

/** @throws Refused where there is no such group */
async function limitedRolesOf(
  said: readonly NamedLimitedRole[],
  groups: Pick<GroupStore, 'findByName'>,
): Promise<readonly LimitedRole[]> {
  const limited = new Map<string, LimitedRole>();
  for (const { role, group } of said) {
    const found = await groups.findByName(group);
    if (!found) throw new Refused(`${JSON.stringify(group)} is no group`);
    const one = { role, group_id: found.group_id };
    limited.set(limitedRoleText(one), one);
  }
  return [...limited.values()];
}

function peopleOf(opened: OpenHome): PeopleAdministration {
  const { accounts, storage, events, endAccess, signInLinkMaking } = opened;
  const named = async (username: string) => {
    const found = await storage.users.findByUsername(username);
    if (!found) throw new Refused(`no account has the username ${JSON.stringify(username)}`);
    return found;
  };
  return {
    subjectsOf: async (username) => (await knownSubjectsOf(opened)).of(await named(username)),
    async behind(sub) {
      const found = await (await knownSubjectsOf(opened)).find(sub);
      if (!found) return undefined;
      const { user, subject_type, clients } = found;
      return { sub: user.sub, username: user.username, subject_type, clients: [...clients] };
    },
    async add({ limited_roles, ...account }) {
      const limited = await limitedRolesOf(limited_roles ?? [], storage.groups);
      return accounts.add({ ...account, ...(limited.length > 0 && { limited_roles: limited }) }, operator());
    },
    async change(username, { limited_roles, ...said }) {
      const limited = limited_roles && (await limitedRolesOf(limited_roles, storage.groups));
      return accounts.update(username, { ...said, ...(limited && { limited_roles: limited }) }, operator());
    },
    list: () => everyItem((page) => storage.users.list(page)),
    find: (username) => storage.users.findByUsername(username),
    changeClaims: ({ username, revision }, claims) =>
      accounts.update(username, { claims }, operator(), [revision]),
    async enable(username) {
      await accounts.update(username, { enabled: true }, operator());
    },
    remove: (username) => accounts.remove(username, operator()),
    async setPassword(username, { keepsSessions, ...wanted }) {
      const ending = keepsSessions ? undefined : endAccess;
      return (await accounts.setPassword(username, { ...wanted, endAccess: ending }, operator())).ended;
    },
    secondFactors: async (username) =>
      (await storage.credentials.list((await named(username)).sub)).map(credentialAnswer),
    async removeSecondFactors(username, { keepsSessions }, which) {
      const found = await named(username);
      const ending = keepsSessions ? undefined : endAccess;
      const done = await removeCredentials(storage, events, found, operator(), ending, which);
      if (!done) throw new Refused(`${found.username} has no such credential`);
      return { removed: done.removed, ...done.ended };
    },
    async makeSignInLink(username, lifetime) {
      const found = await named(username);
      const { sign_in_link, expires_at } = await signInLinkMaking.make(found, lifetime, operator());
      return { username: found.username, sign_in_link, expires_at: timestamp(expires_at) };
    },
    async endSignInLink(username) {
      const found = await named(username);
      if (await signInLinkMaking.end(found, operator())) return;
      throw new Refused(`${found.username} has no sign-in link`);
    },
  };
}

const keysOf = ({ storage, events, configuration, clock }: OpenHome): KeyAdministration => ({
  list: async () => (await storage.signingKeys.list()).map(describedKey),
  async rotate(algorithm) {
    const { oauth, encryption } = configuration.atStart;
    const alg = accessTokenAlgorithm(oauth);
    const by = operator();
    const rotate = rotateSigningKeys(storage, events, alg, encryption.key, by, clock(), algorithm);
    return (await rotate).map(describedKey);
  },
  remove: (kid) => removeRetiredSigningKey(storage, events, kid, operator()),
});

function registrationTokensOf({
  storage,
  events,
  configuration,
  clock,
}: OpenHome): RegistrationTokenAdministration {
  const tokens = createInitialAccessTokens(storage, events, clock);
  return {
    async add({ label, lifetime, clients, group }) {
      const { initial_access_token_lifetime, clients_per_initial_access_token } =
        configuration.now().registration;
      const wanted = {
        label,
        lifetime: lifetime ?? initial_access_token_lifetime,
        clients: clients ?? clients_per_initial_access_token,
        group,
      };
      const { token, record } = await tokens.add(wanted, operator());
      return { ...(await initialAccessTokenAnswer(record, storage.groups)), initial_access_token: token };
    },
    list: async () => initialAccessTokenAnswers(await storage.initialAccessTokens.list(), storage.groups),
    remove: (token_id) => tokens.remove(token_id, operator()),
  };
}

const eventsOf = ({ storage: { events } }: OpenHome): EventAdministration => ({
  list: (filter, page) => events.list(filter, page),
  totals: (within) => events.totals(within),
  find: (event_id) => events.find(event_id),
  mayPass: (error) => error instanceof StorageUnavailable,
});

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

function webhooksOf(opened: OpenHome): WebhookAdministration {
  const { storage, events, configuration, clock } = opened;
  const webhooks = () => configuration.now().webhook;
  const replay = createReplay({ storage, events }, webhooks, clock);
  return {
    list: async () => webhookAnswers(webhooks(), await storage.webhookDeliveries.tallies()),
    async deliveries(filter, limit) {
      const { items, next } = await storage.webhookDeliveries.list(filter, { limit });
      return { items: items.map((each) => deliveryAnswer(each, webhooks())), more: next !== undefined };
    },
    async replay(delivery_ids) {
      // All or none: whoever misspelt one says them all again.
      for (const delivery_id of delivery_ids) {
        if (!(await storage.webhookDeliveries.find(delivery_id)))
          throw new Refused(`there is no delivery ${delivery_id}`);
      }
      const replayed: string[] = [];
      for (const delivery_id of delivery_ids) {
        if (await replay.one(delivery_id, operator())) replayed.push(delivery_id);
      }
      return replayed;
    },
    async replayDead(webhook) {
      if (webhook !== undefined) webhookNamed(webhooks(), webhook);
      return replay.allDead(webhook, operator());
    },
    async test(webhook) {
      const named = webhookNamed(webhooks(), webhook);
      return (await import('../../server/try-webhook.ts')).tryWebhook(opened, named);
    },
  };
}

function certificatesOf(opened: OpenHome): CertificateAdministration {
  const { home, storage, clock, configuration } = opened;
  return {
    async *list(filter) {
      const followed = await configuration.follow({ onReload: () => {} });
      try {
        const options = { home, storage, clock, configuration: followed, readsCrlFiles: true };
        const expiry = openExpiry(options);
        yield* everyItem((page) => expiry.list({ ...filter, ...page }));
      } finally {
        followed.close();
      }
    },
    async explain(client_id, certificate, chain) {
      const { explainCertificate } = await import('../../server/explain.ts');
      const { authenticated, steps } = await explainCertificate(opened, client_id, certificate, chain);
      return { authenticated, steps: steps.map((each) => ({ ...each, detail: { ...each.detail } })) };
    },
  };
}

/** Administers by an open home, as the operator who is at the command line. */
export function administrationOfHome(opened: OpenHome): {
  readonly administration: Administration;
  close(): void;
} {
  const { trust, close } = trustOfHome(opened);
  return {
    administration: {
      clock: opened.clock,
      clients: clientsOf(opened),
      people: peopleOf(opened),
      groups: groupsOfHome(opened),
      roles: rolesOfHome(opened),
      claimRules: claimRulesOfHome(opened),
      attributes: attributesOfHome(opened),
      trust,
      keys: keysOf(opened),
      registrationTokens: registrationTokensOf(opened),
      events: eventsOf(opened),
      webhooks: webhooksOf(opened),
      certificates: certificatesOf(opened),
    },
    close,
  };
}
