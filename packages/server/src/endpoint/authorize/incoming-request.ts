import type { Client } from '../../client/client.ts';
import type { ClientDirectory } from '../../client-authentication/client-directory.ts';
import { REQUEST_RULES } from '../request-rules.ts';
import { type Addressee, addressedTo, PERSON } from './addressee.ts';
import {
  type AuthorizationRequest,
  type MeantPeople,
  readAuthorizationRequest,
} from './authorization-request.ts';
import type { Parameters } from './parameters.ts';
import { isPushed, type PushedRequests } from './pushed-request.ts';
import type { AuthorizationRules } from './request-checks.ts';
import type { RequestEnd } from './request-end.ts';
import type { RequestObjects } from './request-object.ts';
import { errorTarget } from './response.ts';

export type IncomingRequestOptions = {
  readonly directory: ClientDirectory;
  readonly people: MeantPeople;
  readonly pushedRequests: PushedRequests;
  readonly requestObjects: RequestObjects;
  /** Of now. */
  readonly rules: () => AuthorizationRules;
};

/** A request at the authorization endpoint with every rule checked, and who is told what happens to it. */
export type IncomingRequest = {
  readonly request: AuthorizationRequest;
  readonly client: Client;
  readonly addressee: Addressee;
  /** Of a pushed request, which is decided once. */
  readonly end?: RequestEnd;
};

/** The parameters that count, and who is told until the redirect URI among them has been checked. */
type Unfolded = {
  readonly parameters: Parameters;
  readonly pushed: boolean;
  readonly addressee: Addressee;
  readonly end?: RequestEnd;
};

const requestRules = REQUEST_RULES.authorization;

/**
 * Reads requests as they come to the authorization endpoint: pushed, in a request object, or as parameters.
 * @throws AddressedError from the function it returns
 */
export function incomingRequests(
  options: IncomingRequestOptions,
): (sent: Parameters) => Promise<IncomingRequest> {
  const { directory, people, pushedRequests, requestObjects, rules } = options;

  /** A pushed request stands for all its parameters; nothing beside it counts (RFC 9126 §4). */
  const unfolded = async (sent: Parameters): Promise<Unfolded> => {
    const request_uri = sent.get('request_uri');
    const client_id = sent.get('client_id');
    if (request_uri !== undefined && isPushed(request_uri) && client_id !== undefined) {
      return { ...(await pushedRequests.find(request_uri, client_id)), pushed: true, addressee: PERSON };
    }
    const known = await requestRules.client_known(sent, directory);
    const person: Addressee = { kind: 'person', client_id: known.client.client_id };
    return addressedTo(person, async () => {
      const named =
        sent.get('redirect_uri') === undefined
          ? undefined
          : requestRules.redirect_uri(sent, known).redirect_uri;
      const outside: Addressee =
        named === undefined
          ? person
          : { kind: 'client', client_id: known.client.client_id, target: errorTarget(named, sent, known) };
      const parameters = await addressedTo(outside, () => requestObjects.unfold(sent, known, false));
      // The redirect URI that counts is the one inside.
      return { parameters, pushed: false, addressee: person };
    });
  };

  return (sent) =>
    addressedTo(PERSON, async () => {
      const { parameters, pushed, addressee: person, end } = await unfolded(sent);
      const read = async () => {
        const trusted = requestRules.redirect_uri(
          parameters,
          await requestRules.client_known(parameters, directory),
        );
        requestRules.redirect_uri_named(parameters, trusted);
        const { client } = trusted.known;
        const target = errorTarget(trusted.redirect_uri, parameters, trusted.known);
        const addressee: Addressee = { kind: 'client', client_id: client.client_id, target };
        return addressedTo(addressee, async () => {
          const request = await readAuthorizationRequest(parameters, trusted, { ...rules(), pushed }, people);
          return { request, client, addressee, ...(end && { end }) };
        });
      };
      return addressedTo(person, read);
    });
}
