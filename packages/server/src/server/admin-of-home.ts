import { fastify } from 'fastify';
import { inputError } from '../admin/admin-api.ts';
import { type Administrator, operatorAdministrator } from '../admin/administrator.ts';
import { attributeRoutes } from '../admin/attribute-resource.ts';
import { claimRuleRoutes } from '../admin/claim-rule-resource.ts';
import { createClientBounds } from '../admin/client-bounds.ts';
import { createClientReach } from '../admin/client-reach.ts';
import { clientRoutes } from '../admin/client-resource.ts';
import { groupRoutes } from '../admin/group-resource.ts';
import { membershipRoutes } from '../admin/membership-resource.ts';
import { roleRoutes } from '../admin/role-resource.ts';
import { type AdminRoute, registerAdminRoutes } from '../admin/route.ts';
import { settingsRoutes } from '../admin/settings-resource.ts';
import { trustRoutes } from '../admin/trust-resource.ts';
import type { Actor } from '../registration/actor.ts';
import { createAttributeDefinitions } from '../registration/attribute-definitions.ts';
import { createClaimRules } from '../registration/claim-rules.ts';
import { createGroupRegistrar } from '../registration/group-registrar.ts';
import { createRoleRegistrar } from '../registration/role-registrar.ts';
import type { OpenHome } from './open-home.ts';
import { settingsView } from './settings.ts';
import { nodeName } from './shared-trust.ts';
import type { OpenTrustStores } from './trust-stores.ts';

/** One request, as it would come to the admin API; `path` is below it. */
export type LocalRequest = {
  readonly method: AdminRoute['method'];
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type LocalAnswer = {
  readonly status: number;
  header(name: string): string | undefined;
  readonly text: string;
};

/** What `administrator` may do has no limit, so that nothing is asked of what would be held against one. */
const noReserved = () => Promise.reject(new Error('an operator is limited to no clients'));

function routesOf(opened: OpenHome, { stores, roles }: OpenTrustStores): readonly AdminRoute[] {
  const { storage, events, clock, configuration } = opened;
  const reach = createClientReach(storage.clients);
  const bounds = createClientBounds(storage.groups, noReserved, events);
  return [
    ...clientRoutes(storage.clients, opened.clients, opened.idempotency, reach, bounds),
    ...claimRuleRoutes(createClaimRules(storage, events, clock)),
    ...attributeRoutes(createAttributeDefinitions(storage, events, clock)),
    ...trustRoutes(stores, { states: () => [] }, storage.clients, roles),
    ...groupRoutes(storage, createGroupRegistrar(storage, events, clock)),
    ...roleRoutes(storage, createRoleRegistrar(storage, events, clock)),
    ...membershipRoutes(storage, reach),
    ...settingsRoutes(
      settingsView(configuration, nodeName(opened.home), () => storage.nodes.list(clock())),
      undefined,
    ),
  ];
}

/**
 * The part of the admin API that makes and changes what a deployment is made of, for the command line of a home: answered
 * in this process, to whoever is at the command line, without a listener.
 */
export async function adminOfHome(
  opened: OpenHome,
  trust: OpenTrustStores,
  operator: Actor,
): Promise<{ ask(request: LocalRequest): Promise<LocalAnswer>; close(): Promise<void> }> {
  const app = fastify({ bodyLimit: 16 * 1024 * 1024, routerOptions: { maxParamLength: 4000 } });
  const administrator: Administrator = operatorAdministrator(operator);
  const unexpected = new WeakMap<object, Error>();
  app.setErrorHandler((error: Error, request, reply) => {
    const input = inputError(error);
    if (!input) {
      unexpected.set(request.raw, error);
      return reply.code(500).send({ error: 'server_error' });
    }
    const { status, error: code, message, field } = input;
    return reply
      .code(status)
      .send({ error: code, error_description: message, ...(field !== undefined && { field }) });
  });
  registerAdminRoutes(
    app,
    routesOf(opened, trust),
    async () => administrator,
    opened.clock,
    (error) => {
      throw error;
    },
  );
  await app.ready();
  return {
    async ask({ method, path, headers, body }) {
      const answer = await app.inject({
        method,
        url: path,
        headers: { ...headers },
        ...(body !== undefined && { payload: body }),
      });
      const failed = unexpected.get(answer.raw.req);
      if (failed) throw failed;
      return {
        status: answer.statusCode,
        header: (name) => {
          const value = answer.headers[name];
          return value === undefined ? undefined : String(value);
        },
        text: answer.body,
      };
    },
    close: () => app.close(),
  };
}
