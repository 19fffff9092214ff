import { post, type Step } from '../step.ts';
import { authentication, type Client, type Dialect, type Role } from '../targets/dialect.ts';
import { type Connection, NO_SEEDS } from './plan.ts';
import { ANSWERED, certificateBoundToken, type Proof, plainToken, signedToken } from './proofs.ts';
import type { Workload } from './workload.ts';

/** A `client_credentials` request of a client. */
export function clientCredentials({ paths }: Dialect, client: Client, headers: Step['headers'] = {}): Step {
  const own = authentication(client);
  return post(
    paths.token,
    { grant_type: 'client_credentials', ...own.form },
    { headers: { ...own.headers, ...headers } },
  );
}

/** What the answers of a server have to show, as far as it looks at requests at all. */
function proofFor({ answers }: Dialect, client: Client, ofToken: Proof): Proof {
  if (answers === 'token') return ofToken;
  return answers === 'fixed-body' ? ANSWERED : signedToken(client.method === 'private_key_jwt');
}

/** A workload of one `client_credentials` request. */
const credentialsPlan =
  (connection: Connection): Workload['plan'] =>
  ({ dialect, port }, client, { thumbprints }) => {
    const ofToken =
      client.method === 'certificate'
        ? certificateBoundToken(thumbprints[client.identity])
        : plainToken(client.method === 'private_key_jwt');
    const { identity, makers } = authentication(client);
    return {
      kind: 'plan',
      script: {
        port,
        identity,
        connection,
        steps: [clientCredentials(dialect, client)],
        makers: [...makers],
      },
      seeds: NO_SEEDS,
      proof: proofFor(dialect, client, ofToken),
    };
  };

/** A workload of `client_credentials` requests by the client of a role. */
export const credentials = (title: string, role: Role, connection: Connection = 'kept-alive'): Workload => ({
  title,
  roles: [role],
  plan: credentialsPlan(connection),
});
