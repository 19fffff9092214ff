import type { ClientMetadata } from './client-metadata.ts';
import { isAdminScope, Scope } from './scope.ts';

/** Scopes of which one client can say where they count; tokens have them all in a header. */
const MOST_SCOPES = 50;

/** Scopes that count at this server itself, or nowhere: a token with one must stay of use here. */
const isOfThisServer = (scope: string): boolean =>
  scope === 'openid' || scope === 'offline_access' || isAdminScope(scope);

/** Metadata of scopes that does not go together. */
export type ScopeProblem = { readonly field: 'default_scope' | 'scope_audiences'; readonly message: string };

const quoted = JSON.stringify;

/** What is unasked is what can be asked for, and never the server itself. */
function defaultScopeProblem({ scope, default_scope }: ClientMetadata): ScopeProblem | undefined {
  if (default_scope === undefined) return undefined;
  const field = 'default_scope';
  const parsed = Scope.parse(default_scope);
  if (!parsed) return { field, message: 'is not a space-separated list of scope tokens (RFC 6749 §3.3)' };
  const held = Scope.of(scope);
  const [other] = parsed.filter((token) => !held.has(token));
  if (other !== undefined) {
    const expected = held.isEmpty ? 'which is empty' : `which has ${held}`;
    return { field, message: `${quoted(other)} is not in scope, ${expected}` };
  }
  const [admin] = parsed.filter(isAdminScope);
  return admin === undefined
    ? undefined
    : { field, message: `${quoted(admin)} is of the admin API, whose scopes are never given unasked` };
}

function audienceProblem(
  scope: string,
  audience: string,
  { allowed_resources }: ClientMetadata,
): string | undefined {
  if (URL.canParse(audience) && audience.includes('#')) return 'has a fragment (RFC 8707 §2)';
  if (allowed_resources !== undefined && !allowed_resources.includes(audience)) {
    return `of ${quoted(scope)} is not one of allowed_resources`;
  }
  return undefined;
}

function audiencesProblem(metadata: ClientMetadata): ScopeProblem | undefined {
  const entries = Object.entries(metadata.scope_audiences ?? {});
  const field = 'scope_audiences';
  if (entries.length > MOST_SCOPES) {
    return { field, message: `has ${entries.length} scopes; ${MOST_SCOPES} are the most` };
  }
  for (const [scope, audiences] of entries) {
    const [only, ...others] = Scope.parse(scope) ?? [];
    if (only !== scope || others.length > 0) {
      return { field, message: `${quoted(scope)} is not one scope token (RFC 6749 §3.3)` };
    }
    if (isOfThisServer(scope)) {
      return { field, message: `${quoted(scope)} counts at this server, whose audience its tokens have` };
    }
    for (const audience of audiences) {
      const problem = audienceProblem(scope, audience, metadata);
      if (problem !== undefined) return { field, message: `${quoted(audience)} ${problem}` };
    }
  }
  return undefined;
}

/** What is wrong with the scopes a client gets unasked, or with where its scopes count; the first, or undefined. */
export const scopeProblem = (metadata: ClientMetadata): ScopeProblem | undefined =>
  defaultScopeProblem(metadata) ?? audiencesProblem(metadata);

/** Scopes whose audiences are said and which the client cannot ask for: nothing comes of them. */
export function unusedAudiences({ scope, scope_audiences = {} }: ClientMetadata): readonly string[] {
  const held = Scope.of(scope);
  return Object.keys(scope_audiences).filter((token) => !held.has(token));
}
