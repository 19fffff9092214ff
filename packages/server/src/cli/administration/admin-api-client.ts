import { z } from 'zod';
import { ADMIN_API_PATH } from '../../admin/admin-api.ts';
import { pathWith } from '../../admin/path-names.ts';
import { systemClock } from '../../clock.ts';
import { EVENT_ID_HEADER } from '../../event/event-id.ts';
import type { AdministratorPermission } from '../../user/administrator-permissions.ts';
import { scopesFor } from '../../user/administrator-scopes.ts';
import { Refused } from '../run-command.ts';
import type { ServerTarget } from '../server-option.ts';
import { connectTo, type ServerAnswer, ServerAway } from './server-connection.ts';

/** Thrown where a server elsewhere refused what a command asked of it. */
export class ServerRefusal extends Refused {
  override readonly told: { readonly server: string; readonly event_id?: string };
  readonly status: number;
  /** What of the request is at fault. */
  readonly field: string | undefined;

  constructor(
    message: string,
    about: {
      readonly server: string;
      readonly status: number;
      readonly event_id?: string | undefined;
      readonly field?: string | undefined;
    },
  ) {
    super(message);
    const { server, event_id } = about;
    this.told = { server, ...(event_id !== undefined && { event_id }) };
    this.status = about.status;
    this.field = about.field;
  }
}

/** Whether what was to be removed was there. */
export async function wasThere(removing: Promise<void>): Promise<boolean> {
  try {
    await removing;
    return true;
  } catch (error) {
    if (error instanceof ServerRefusal && error.status === 404) return false;
    throw error;
  }
}

/** One request to the admin API. */
export type AdminCall = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/api/admin/v1`, with what varies encoded by {@link pathOf}. */
  readonly path: string;
  /** What the operation needs; of several all. */
  readonly needs: AdministratorPermission | readonly AdministratorPermission[];
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** Revisions one of which what is changed must be at; `any` says to know what is replaced. */
  readonly ifMatch?: readonly (number | string)[] | 'any' | undefined;
};

/** The admin API of a deployment: of a server, asked as a client by its certificate, or of a home that is open here. */
export type AdminApi = {
  /** The answer, read as `form` says. @throws ServerRefusal, ServerAway, Refused */
  read<Form extends z.ZodType>(call: AdminCall, form: Form): Promise<z.output<Form>>;
  /** As `read`, with the revision of what is answered. */
  readRevised<Form extends z.ZodType>(
    call: AdminCall,
    form: Form,
  ): Promise<{ readonly value: z.output<Form>; readonly revision: string | undefined }>;
  /** For what is answered with nothing. */
  done(call: AdminCall): Promise<void>;
  /** As `read`; undefined where what the path names is not there. */
  find<Form extends z.ZodType>(call: AdminCall, form: Form): Promise<z.output<Form> | undefined>;
  /** As `find`, with the revision that the entity tag of the answer says. */
  findRevised<Form extends z.ZodType>(
    call: AdminCall,
    form: Form,
  ): Promise<{ readonly value: z.output<Form>; readonly revision: number } | undefined>;
  /** Milliseconds since the epoch, by the clock of the server, to the second. */
  readonly clock: () => number;
  close(): void | Promise<void>;
};

const Metadata = z.looseObject({
  issuer: z.string(),
  token_endpoint: z.string(),
  mtls_endpoint_aliases: z.looseObject({ token_endpoint: z.string().optional() }).optional(),
});
const Token = z.looseObject({ access_token: z.string(), expires_in: z.number().default(60) });
const Failure = z.looseObject({
  error: z.string(),
  error_description: z.string().optional(),
  field: z.string().optional(),
  event_id: z.string().optional(),
});

/** A token is renewed so long before it ends. */
const RENEWED_BEFORE_MS = 30_000;

/** A path whose variable parts may hold anything. */
export const pathOf = (parts: TemplateStringsArray, ...values: readonly string[]): string =>
  pathWith(parts, values);

function parsed<Form extends z.ZodType>(text: string, form: Form): z.output<Form> | undefined {
  try {
    return form.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const keyOf = (needs: AdminCall['needs']): string => [needs].flat().join(' ');

/** The scopes, space-separated, that each suffice for all that is needed, those for many first. */
const scopesForAll = (needs: AdminCall['needs']): readonly string[] =>
  [needs].flat().reduce<readonly string[]>(
    (wanted, permission) => {
      const sufficient = scopesFor(permission);
      return wanted.flatMap((before) =>
        sufficient.map((scope) =>
          before.split(' ').includes(scope) ? before : `${before} ${scope}`.trimStart(),
        ),
      );
    },
    [''],
  );

type Where = { readonly tokenEndpoint: string; readonly base: string };

/** Opens the admin API of a server; nothing is asked of it before it is needed. @throws UsageError, Refused */
export async function openAdminApi(target: ServerTarget): Promise<AdminApi> {
  const { server, client_id } = target;
  const connection = await connectTo(target);
  const tokens = new Map<string, { readonly token: string; readonly until: number }>();
  const asking = new Map<string, Promise<string>>();
  let where: Promise<Where> | undefined;
  let offset = 0;

  const asked = async (...[method, url, options]: Parameters<typeof connection.ask>) => {
    const answer = await connection.ask(method, url, options);
    const date = Date.parse(answer.header('date') ?? '');
    if (!Number.isNaN(date)) offset = date - systemClock();
    return answer;
  };

  /** What a refusal says: who refused what, why, and by which event that is looked up there. */
  const refusal = (answer: ServerAnswer, what: string, remedy = ''): Refused => {
    const { status } = answer;
    const told = parsed(answer.text, Failure);
    const event_id = told?.event_id ?? answer.header(EVENT_ID_HEADER);
    const said = told
      ? [told.error, told.error_description].filter(Boolean).join(': ')
      : `status ${status}, and nothing that an authorization server says`;
    const event = event_id === undefined ? '' : ` (event ${event_id}: countersign explain ${event_id} there)`;
    const message = `${server} ${what}: ${said}${event}${remedy}`;
    if (status >= 500) return new ServerAway(message);
    return new ServerRefusal(message, { server, status, event_id, field: told?.field });
  };

  const discover = async (): Promise<Where> => {
    const answer = await asked('GET', `${server}/.well-known/openid-configuration`);
    const metadata = answer.status === 200 ? parsed(answer.text, Metadata) : undefined;
    if (!metadata) throw refusal(answer, 'tells nothing of itself (RFC 8414)');
    if (metadata.issuer !== server)
      throw new Refused(`${server} calls itself ${metadata.issuer}: name it so with --server`);
    const tokenEndpoint = metadata.mtls_endpoint_aliases?.token_endpoint ?? metadata.token_endpoint;
    if (!URL.canParse(tokenEndpoint) || new URL(tokenEndpoint).protocol !== 'https:')
      throw new Refused(`${server} has no token endpoint over TLS`);
    // Where clients show certificates: the token is bound to one, and counts there alone (RFC 8705 §5).
    const { pathname } = new URL(server);
    const base = `${new URL(tokenEndpoint).origin}${pathname === '/' ? '' : pathname}${ADMIN_API_PATH}`;
    return { tokenEndpoint, base };
  };
  const discovered = () => {
    where ??= discover();
    return where;
  };

  const askForToken = async (scope: string): Promise<ServerAnswer> => {
    const { tokenEndpoint } = await discovered();
    return asked('POST', tokenEndpoint, {
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id, scope }).toString(),
    });
  };
  const lacksScope = ({ text }: ServerAnswer) => parsed(text, Failure)?.error === 'invalid_scope';

  /** A token with what suffices, the scopes for many things first. */
  const newToken = async (needs: AdminCall['needs']): Promise<string> => {
    const key = keyOf(needs);
    const [first, ...others] = scopesForAll(needs);
    if (first === undefined) throw new Error(`no scope gives ${key}`);
    let answer = await askForToken(first);
    for (const scope of others) if (lacksScope(answer)) answer = await askForToken(scope);
    const token = answer.status === 200 ? parsed(answer.text, Token) : undefined;
    if (!token) {
      const wanted = `does not let ${client_id} in with ${target.cert} for ${[first, ...others].join(' or ')}`;
      const remedy = lacksScope(answer)
        ? `; an owner gives it to the client: countersign client update ${client_id} --scope`
        : connection.certificateRemark();
      throw refusal(answer, wanted, remedy);
    }
    const until = systemClock() + token.expires_in * 1000 - RENEWED_BEFORE_MS;
    tokens.set(key, { token: token.access_token, until });
    return token.access_token;
  };

  /** That of before while it is good for something; what is asked for at once asks for one. */
  const tokenFor = async (needs: AdminCall['needs']): Promise<string> => {
    const key = keyOf(needs);
    const held = tokens.get(key);
    if (held && systemClock() < held.until) return held.token;
    const asked = asking.get(key) ?? newToken(needs).finally(() => asking.delete(key));
    asking.set(key, asked);
    return await asked;
  };

  const send = async (call: AdminCall) => {
    const token = await tokenFor(call.needs);
    const { base } = await discovered();
    const { method, path, headers, body } = requestOf(call);
    return asked(method, `${base}${path}`, {
      headers: { ...headers, authorization: `Bearer ${token}` },
      ...(body !== undefined && { body }),
    });
  };

  const call = async (asking: AdminCall): Promise<ServerAnswer> => {
    const first = await send(asking);
    if (first.status !== 401) return first;
    // It may have ended before its time: then another one tells whether this client may still ask.
    tokens.delete(keyOf(asking.needs));
    return send(asking);
  };

  return {
    ...readingBy(call, server, (answer) => refusal(answer, 'refused')),
    clock: () => systemClock() + offset,
    close: connection.close,
  };
}

/** A request as HTTP has it, without what says who asks. */
export function requestOf({ method, path, query = {}, body, ifMatch }: AdminCall) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const tags = ifMatch === 'any' ? '*' : ifMatch?.map((revision) => `"${revision}"`).join(', ');
  return {
    method,
    path: `${path}${parameters.size > 0 ? `${path.includes('?') ? '&' : '?'}${parameters}` : ''}`,
    headers: {
      accept: 'application/json',
      ...(tags !== undefined && { 'if-match': tags }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

const isDone = ({ status }: ServerAnswer) => status >= 200 && status < 300;

/**
 * What is made of answers, whoever gives them.
 * @param who for messages
 * @param refusal what an answer comes to that says no
 */
export function readingBy(
  call: (asking: AdminCall) => Promise<ServerAnswer>,
  who: string,
  refusal: (answer: ServerAnswer) => Refused,
): Pick<AdminApi, 'read' | 'readRevised' | 'done' | 'find' | 'findRevised'> {
  const understood = <Form extends z.ZodType>(answer: ServerAnswer, form: Form): z.output<Form> => {
    const value = parsed(answer.text, form);
    if (value === undefined)
      throw new Refused(`${who} answered what this version of countersign does not understand`);
    return value;
  };
  const answered = async (asking: AdminCall): Promise<ServerAnswer> => {
    const answer = await call(asking);
    if (!isDone(answer)) throw refusal(answer);
    return answer;
  };
  return {
    read: async (asking, form) => understood(await answered(asking), form),
    async readRevised(asking, form) {
      const answer = await answered(asking);
      const revision = /^"(.*)"$/.exec(answer.header('etag') ?? '')?.[1];
      return { value: understood(answer, form), revision };
    },
    async done(asking) {
      await answered(asking);
    },
    async find(asking, form) {
      const answer = await call(asking);
      if (answer.status === 404) return undefined;
      if (!isDone(answer)) throw refusal(answer);
      return understood(answer, form);
    },
    async findRevised(asking, form) {
      const answer = await call(asking);
      if (answer.status === 404) return undefined;
      if (!isDone(answer)) throw refusal(answer);
      const [, tag] = /^"(\d+)"$/.exec(answer.header('etag') ?? '') ?? [];
      return {
        value: understood(answer, form),
        revision: understood({ ...answer, text: tag ?? '' }, z.int()),
      };
    },
  };
}
