import type { Identity } from '../key-material.ts';
import type { Step } from '../step.ts';
import type { Maker } from '../unique-values.ts';
import type { WorkloadName } from '../workloads/names.ts';

/**
 * What clients there are for. `app` uses the code flow, refresh tokens and UserInfo, `exchange` exchanges its own
 * tokens, the others do `client_credentials`; `app` and `exchange` authenticate by their self-signed certificate.
 */
export const ROLES = ['mtls', 'mtls-ca', 'private_key_jwt', 'secret', 'app', 'exchange'] as const;
export type Role = (typeof ROLES)[number];

/** A registered client and how it authenticates. */
export type Client = { readonly client_id: string } & (
  | { readonly method: 'certificate'; readonly identity: Exclude<Identity, 'none'> }
  | { readonly method: 'private_key_jwt'; readonly audience: string }
  | { readonly method: 'client_secret_basic'; readonly client_secret: string }
);

/** How a server is spoken to. */
export type Dialect = {
  /**
   * What its tokens are: `fixed-body` is no token at all, `fixed-claims` one that is signed but says always the same,
   * `token` what was asked for.
   */
  readonly answers: 'fixed-body' | 'fixed-claims' | 'token';
  /** What the person is asked to consent to: sign-in, and tokens that can be refreshed. */
  readonly scope: string;
  /** Where the endpoints are, as paths; those that are not there have no workload. */
  readonly paths: {
    readonly token: string;
    readonly par?: string;
    readonly authorize?: string;
    readonly userinfo?: string;
    readonly introspection?: string;
  };
  /** Where introspection listens, if on a port of its own. */
  readonly introspectionPort?: number;
  readonly clients: Readonly<Partial<Record<Role, Client>>>;
  /** Whether the authorization endpoint leads a pushed request to a page of its own first, though nobody has to see it. */
  readonly authorization: 'direct' | 'by-way-of-itself';
  /** Parameters beside those of the standard that make the code flow's access token a JWT. */
  readonly tokenForPerson: Readonly<Record<string, string>>;
  readonly person?: Person;
  /** Why a workload is not measured here, as a sentence. */
  readonly cannot: Readonly<Partial<Record<WorkloadName, string>>>;
};

/** Somebody who signs in by forms. */
export type Person = { readonly username: string; readonly password: string };

/** What paths are relative to. */
export const originOf = (port: number): string => `https://localhost:${port}`;

/** Where the code flow leads; nobody listens there. */
export const REDIRECT_URI = 'https://client.example/callback';
/** With a refresh token, as OIDC Core §11 asks for one. */
export const SCOPE = 'openid offline_access';

/** What a client adds to a request to authenticate, and what that needs. */
export function authentication(client: Client): {
  readonly identity: Identity;
  readonly form: Step['form'];
  readonly headers: Step['headers'];
  readonly makers: readonly Maker[];
} {
  const { client_id } = client;
  switch (client.method) {
    case 'certificate':
      return { identity: client.identity, form: { client_id }, headers: {}, makers: [] };
    case 'private_key_jwt':
      return {
        identity: 'none',
        form: {
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: '{assertion}',
        },
        headers: {},
        makers: [{ kind: 'assertion', client_id, audience: client.audience }],
      };
    case 'client_secret_basic': {
      const userinfo = [client_id, client.client_secret].map(encodeURIComponent).join(':');
      const headers = { authorization: `Basic ${Buffer.from(userinfo).toString('base64')}` };
      return { identity: 'none', form: {}, headers, makers: [] };
    }
  }
}
