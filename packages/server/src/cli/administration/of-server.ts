import { certificateToPem } from '@countersign/x509';
import { z } from 'zod';
import { ExplanationAnswer } from '../../admin/certificate-resource.ts';
import { CredentialAnswer, RemovedCredentials } from '../../admin/credential-resource.ts';
import { CountAnswer } from '../../admin/event-resource.ts';
import {
  InitialAccessTokenAnswer,
  IssuedInitialAccessToken,
} from '../../admin/initial-access-token-resource.ts';
import { MadeSignInLinkAnswer } from '../../admin/sign-in-link-resource.ts';
import { SignedOut } from '../../admin/signed-out.ts';
import { SigningKeyAnswer } from '../../admin/signing-key-resource.ts';
import { KnownSubjectAnswer, SubjectAnswer } from '../../admin/subject-resource.ts';
import { UserAnswer } from '../../admin/user-resource.ts';
import { WatchedAnswer } from '../../admin/watched-resource.ts';
import { DeliveryAnswer, ReplayedAnswer, TestAnswer, WebhookAnswer } from '../../admin/webhook-resource.ts';
import type { Event } from '../../event/event.ts';
import { EventRecord, eventOf } from '../../event/event-record.ts';
import type { DescribedWatched } from '../../expiry/described.ts';
import type { AdministratorPermission } from '../../user/administrator-permissions.ts';
import type { ServerTarget } from '../server-option.ts';
import {
  type AdminApi,
  type AdminCall,
  openAdminApi,
  pathOf,
  ServerRefusal,
  wasThere,
} from './admin-api-client.ts';
import { all, everyOf, LARGEST_PAGE, page } from './admin-api-listing.ts';
import type {
  Administration,
  CertificateAdministration,
  EventAdministration,
  KeyAdministration,
  PeopleAdministration,
  RegistrationTokenAdministration,
  WebhookAdministration,
} from './administration.ts';
import { attributesOfServer, claimRulesOfServer } from './claims-of-server.ts';
import { clientsOfServer } from './clients-of-server.ts';
import { groupsOfServer, rolesOfServer } from './groupings-of-server.ts';
import { ServerAway } from './server-connection.ts';
import { trustOfServer } from './trust-of-server.ts';

/** The largest page of events. */
const PAGE_OF_EVENTS = 500;

/** An account as commands show one: of limited roles the group's name is left out, for it may change. */
const ToldUser = UserAnswer.transform(({ limited_roles, ...user }) => ({
  ...user,
  ...(limited_roles && {
    limited_roles: limited_roles.map(({ role, group_id }) => ({ role, group_id })),
  }),
}));

/** What is needed over administrators. */
const OVER_ADMINISTRATORS: readonly AdministratorPermission[] = ['people:write', 'administrators:write'];

/** Whoever has or gets an administrator role is no account like others. */
const writing = (...roles: readonly (readonly unknown[] | undefined)[]): AdminCall['needs'] =>
  roles.some((each) => each !== undefined && each.length > 0) ? OVER_ADMINISTRATORS : 'people:write';

function peopleOf(api: AdminApi): PeopleAdministration {
  const needs = 'people:write';
  return {
    add: (body) => {
      const { roles, limited_roles } = body;
      return api.read(
        { method: 'POST', path: '/users', needs: writing(roles, limited_roles), body },
        ToldUser,
      );
    },
    change: (username, body) =>
      api.read(
        {
          method: 'PATCH',
          path: pathOf`/users/${username}`,
          needs: body.roles || body.limited_roles ? OVER_ADMINISTRATORS : needs,
          body,
          ifMatch: 'any',
        },
        ToldUser,
      ),
    list: () => everyOf(api, '/users', 'people:read', ToldUser),
    async find(username) {
      const asked = { method: 'GET', path: pathOf`/users/${username}`, needs: 'people:read' } as const;
      const found = await api.findRevised(asked, ToldUser);
      return found && { ...found.value, revision: found.revision };
    },
    changeClaims: ({ username, roles, limited_roles, revision }, claims) =>
      api.read(
        {
          method: 'PATCH',
          path: pathOf`/users/${username}`,
          needs: writing(roles, limited_roles),
          body: { claims },
          ifMatch: [revision],
        },
        ToldUser,
      ),
    async subjectsOf(username) {
      const asked = {
        method: 'GET',
        path: pathOf`/users/${username}/subjects`,
        needs: 'people:read',
      } as const;
      return (await api.read(asked, all(KnownSubjectAnswer))).items;
    },
    behind: (sub) =>
      api.find({ method: 'GET', path: pathOf`/subjects/${sub}`, needs: 'people:read' }, SubjectAnswer),
    enable: (username) =>
      api.done({ method: 'PATCH', path: pathOf`/users/${username}`, needs, body: { enabled: true } }),
    remove: (username) => api.done({ method: 'DELETE', path: pathOf`/users/${username}`, needs }),
    setPassword: (username, { keepsSessions, ...wanted }) => {
      const body = { ...wanted, end_sessions: !keepsSessions };
      return api.read({ method: 'PUT', path: pathOf`/users/${username}/password`, needs, body }, SignedOut);
    },
    async secondFactors(username) {
      const path = pathOf`/users/${username}/credentials`;
      return (await api.read({ method: 'GET', path, needs: 'people:read' }, all(CredentialAnswer))).items;
    },
    removeSecondFactors: (username, { keepsSessions }, named) => {
      const query = { end_sessions: !keepsSessions, ...named };
      const path = pathOf`/users/${username}/credentials`;
      return api.read({ method: 'DELETE', path, needs, query }, RemovedCredentials);
    },
    makeSignInLink: (username, lifetime) => {
      const path = pathOf`/users/${username}/sign-in-link`;
      return api.read({ method: 'POST', path, needs, body: { lifetime } }, MadeSignInLinkAnswer);
    },
    endSignInLink: (username) =>
      api.done({ method: 'DELETE', path: pathOf`/users/${username}/sign-in-link`, needs }),
  };
}

function keysOf(api: AdminApi): KeyAdministration {
  const needs = 'keys:write';
  const path = '/signing-keys';
  return {
    list: async () =>
      (await api.read({ method: 'GET', path, needs: 'keys:read' }, all(SigningKeyAnswer))).items,
    rotate: async (algorithm) => {
      const asked = { method: 'POST', path: `${path}/rotate`, needs, query: { algorithm } } as const;
      return (await api.read(asked, all(SigningKeyAnswer))).items;
    },
    async remove(kid) {
      try {
        await api.done({ method: 'DELETE', path: pathOf`/signing-keys/${kid}`, needs });
        return 'removed';
      } catch (error) {
        if (!(error instanceof ServerRefusal)) throw error;
        if (error.status === 404) return 'unknown';
        if (error.field === 'kid') return 'in use';
        throw error;
      }
    },
  };
}

function registrationTokensOf(api: AdminApi): RegistrationTokenAdministration {
  const needs = 'clients:write';
  const path = '/registration-tokens';
  return {
    add: (body) => api.read({ method: 'POST', path, needs, body }, IssuedInitialAccessToken),
    list: async () =>
      (await api.read({ method: 'GET', path, needs: 'clients:read' }, all(InitialAccessTokenAnswer))).items,
    remove: (token_id) =>
      wasThere(api.done({ method: 'DELETE', path: pathOf`/registration-tokens/${token_id}`, needs })),
  };
}

/** An event as the admin API tells it, whose words are made again where it is explained. */
const ToldEvent = z
  .looseObject({ time: z.string(), what: z.string().optional(), remedy: z.string().optional() })
  .transform(({ what: _what, remedy: _remedy, time, ...event }) => ({ ...event, time: Date.parse(time) }))
  .pipe(EventRecord)
  .transform(eventOf);

function eventsOf(api: AdminApi): EventAdministration {
  const needs = 'audit:read';
  return {
    async list({ remote_address, within: _within, ...filter }, { limit, after: first }) {
      const items: Event[] = [];
      let after = first;
      do {
        const found = await api.read(
          {
            method: 'GET',
            path: '/events',
            needs,
            query: {
              ...filter,
              address: remote_address,
              after,
              limit: Math.min(PAGE_OF_EVENTS, limit - items.length),
            },
          },
          page(ToldEvent),
        );
        items.push(...found.items);
        after = found.next;
      } while (after !== undefined && items.length < limit);
      return { items, ...(after !== undefined && { next: after }) };
    },
    totals: async (within) =>
      (await api.read({ method: 'GET', path: '/events/counts', needs, query: within }, all(CountAnswer)))
        .items,
    find: (event_id) => api.find({ method: 'GET', path: pathOf`/events/${event_id}`, needs }, ToldEvent),
    mayPass: (error) => error instanceof ServerAway,
  };
}

function webhooksOf(api: AdminApi): WebhookAdministration {
  const read = { method: 'GET', needs: 'settings:read' } as const;
  const replay = async (body: object) => {
    const path = '/webhook-deliveries/replay';
    return (await api.read({ method: 'POST', path, needs: 'settings:write', body }, ReplayedAnswer)).replayed;
  };
  return {
    list: async () => (await api.read({ ...read, path: '/webhooks' }, all(WebhookAnswer))).items,
    async deliveries(filter, limit) {
      const items: z.output<typeof DeliveryAnswer>[] = [];
      let after: string | undefined;
      do {
        const query = { ...filter, after, limit: Math.min(LARGEST_PAGE, limit - items.length) };
        const found = await api.read({ ...read, path: '/webhook-deliveries', query }, page(DeliveryAnswer));
        items.push(...found.items);
        after = found.next;
      } while (after !== undefined && items.length < limit);
      return { items, more: after !== undefined };
    },
    replay: (delivery_ids) => replay({ delivery_ids }),
    replayDead: (webhook) => replay({ all_dead: true, webhook }),
    test: (webhook) =>
      api.read(
        { method: 'POST', path: pathOf`/webhooks/${webhook}/test`, needs: 'settings:write' },
        TestAnswer,
      ),
  };
}

const time = (written: string | undefined): number | undefined =>
  written === undefined ? undefined : Date.parse(written);

/** What ends, as it is before it is answered. */
function watchedOf({ not_after, last_used_at, shared, notices, ...rest }: z.output<typeof WatchedAnswer>) {
  const { 'x5t#S256': thumbprint, subject, client_id, clients, unused, succeeded, presented } = rest;
  const used = time(last_used_at);
  return {
    kind: rest.kind,
    key: rest.key,
    name: rest.name,
    not_after: time(not_after),
    ...(thumbprint !== undefined && { thumbprint }),
    ...(subject !== undefined && { subject }),
    ...(client_id !== undefined && { client_id }),
    ...(clients !== undefined && { clients }),
    ...(used !== undefined && { last_used_at: used }),
    ...(unused !== undefined && { unused }),
    ...(succeeded && { succeeded }),
    ...(presented && { presented }),
    shared: shared.flatMap(({ as, client_id: sharer, name }): DescribedWatched['shared'] => {
      if (as === 'administrator' || as === 'person') return [{ as }];
      if (as === 'client') return sharer === undefined ? [] : [{ as, client_id: sharer }];
      return name === undefined ? [] : [{ as, name }];
    }),
    notices: notices.map(({ days, event_id, time: noted, deliveries }) => ({
      days,
      event_id,
      noted_at: Date.parse(noted),
      deliveries: deliveries.map((each) => ({ ...each, created_at: Date.parse(each.time) })),
    })),
  } satisfies DescribedWatched;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A time as the admin API reads it: in minutes, or in days where it has many. */
const spanText = (span: number): string =>
  span < 365 * DAY_MS ? `${Math.round(span / MINUTE_MS)}m` : `${Math.round(span / DAY_MS)}d`;

const flag = (value: boolean | undefined): string | undefined =>
  value === undefined ? undefined : `${value}`;

const certificatesOf = (api: AdminApi): CertificateAdministration => ({
  async *list({ kind, client_id, within, unused, shared, expired }) {
    const query = {
      kind,
      client_id,
      expires_within: within === undefined ? undefined : spanText(within),
      unused: flag(unused),
      shared: flag(shared),
      expired: flag(expired),
    };
    for await (const each of everyOf(api, '/certificates', 'clients:read', WatchedAnswer, query))
      yield watchedOf(each);
  },
  explain: (client_id, certificate, chain) => {
    const body = {
      client_id,
      certificate: certificateToPem(certificate),
      ...(chain.length > 0 && { chain: chain.map(certificateToPem).join('') }),
    };
    const path = '/certificates/explain';
    return api.read({ method: 'POST', path, needs: 'clients:read', body }, ExplanationAnswer);
  },
});

/** Administers a server elsewhere by its admin API, for the time of one command. @throws UsageError, Refused */
export async function withServer(
  target: ServerTarget,
  work: (administration: Administration) => Promise<void>,
): Promise<void> {
  const api = await openAdminApi(target);
  try {
    await work({
      clock: api.clock,
      clients: clientsOfServer(api),
      people: peopleOf(api),
      groups: groupsOfServer(api),
      roles: rolesOfServer(api),
      claimRules: claimRulesOfServer(api),
      attributes: attributesOfServer(api),
      trust: trustOfServer(api),
      keys: keysOf(api),
      registrationTokens: registrationTokensOf(api),
      events: eventsOf(api),
      webhooks: webhooksOf(api),
      certificates: certificatesOf(api),
    });
  } finally {
    api.close();
  }
}
