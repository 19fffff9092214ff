import type { ApiCaller } from './api-call.ts';
import type { Authorization } from './authorization.ts';
import type { Identity } from './identity.ts';
import { boundThumbprint } from './json.ts';
import type { Outcome } from './outcome.ts';
import { API_SCOPE } from './registration.ts';
import type { SignedInSession } from './session.ts';

export type TokenActionsOptions = {
  readonly authorization: Authorization;
  readonly callApi: ApiCaller;
  readonly application: Identity;
  readonly stranger: Identity;
};

/** Something a signed-in person can have done with the tokens. */
export type TokenAction = {
  readonly title: string;
  readonly run: (state: SignedInSession['state'], title: string) => Promise<Outcome>;
};

/** Every such action by the last part of its path. */
export function tokenActions(options: TokenActionsOptions): Readonly<Record<string, TokenAction>> {
  const { authorization, callApi, application, stranger } = options;

  const introspected: TokenAction['run'] = async ({ tokens }, title) => {
    const answer = await authorization.introspect(tokens.access_token);
    return {
      title,
      verdict: answer.active ? 'good' : 'refused',
      text: answer.active ? 'The token is in force.' : 'The token is not in force.',
      facts: [['Bound to', boundThumbprint(answer) ?? 'nothing']],
      document: { label: 'Answer', text: JSON.stringify(answer, null, 2) },
    };
  };

  const refreshed: TokenAction['run'] = async (state, title) => {
    const before = state.tokens;
    state.tokens = await authorization.refresh(before);
    const rotated = state.tokens.refresh_token !== before.refresh_token;
    return {
      title,
      verdict: 'good',
      text: `There is a new access token, bound to the same certificate${
        rotated ? ', and a new refresh token in place of the old one' : ''
      }.`,
      facts: [],
    };
  };

  const revoked: TokenAction['run'] = async ({ tokens }, title) => {
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      if (token !== undefined) await authorization.revoke(token);
    }
    return {
      title,
      verdict: 'good',
      text: 'Access token and refresh token are revoked. Call the API or refresh to see them refused.',
      facts: [],
    };
  };

  return {
    'call-with-certificate': {
      title: 'API, right certificate',
      run: ({ tokens }, title) => callApi(tokens.access_token, { title, identity: application }),
    },
    'call-with-stranger': {
      title: 'API, wrong certificate',
      run: ({ tokens }, title) => callApi(tokens.access_token, { title, identity: stranger }),
    },
    'call-without-certificate': {
      title: 'API, no certificate',
      run: ({ tokens }, title) => callApi(tokens.access_token, { title, identity: undefined }),
    },
    'call-as-application': {
      title: 'API, as the application itself',
      run: async (_state, title) =>
        callApi(await authorization.asApplication(API_SCOPE), { title, identity: application }),
    },
    refresh: { title: 'Refresh', run: refreshed },
    introspect: { title: 'Introspection', run: introspected },
    revoke: { title: 'Revocation', run: revoked },
  };
}
