import { invalidRequest } from '../../refusal/error-codes.ts';

/**
 * The parameters of an authorization request as they were sent. A repeated or overlong one is remembered as such
 * and refused where it is read, so that the answer can still go to a redirect URI that is beyond doubt.
 */
export type Parameters = {
  /**
   * @returns the value; undefined when absent or empty (RFC 6749 §3.1)
   * @throws Refusal `invalid_request` when the parameter was sent twice or is too long
   */
  get(name: ParameterName): string | undefined;
  /** The resources asked for, which alone may be repeated (RFC 8707 §2). @throws Refusal `invalid_request` */
  resources(): readonly string[];
  /** Every parameter this server reads, for keeping; throws as {@link Parameters.get} does. */
  all(): Readonly<Record<string, string>>;
};

/** The longest value of each parameter this server reads, in characters. */
const LIMITS = {
  client_id: 200,
  redirect_uri: 2000,
  response_type: 100,
  response_mode: 100,
  scope: 4000,
  state: 4000,
  nonce: 1000,
  code_challenge: 200,
  code_challenge_method: 20,
  dpop_jkt: 200,
  prompt: 200,
  max_age: 12,
  login_hint: 500,
  ui_locales: 300,
  acr_values: 1000,
  claims: 8000,
  authorization_details: 16_000,
  id_token_hint: 8000,
  request: 30_000,
  request_uri: 2000,
  registration: 8000,
} as const;
export type ParameterName = keyof typeof LIMITS;

const NAMES = new Map(Object.entries(LIMITS));
const isKnown = (name: string): name is ParameterName => NAMES.has(name);
const RESOURCE = 'resource';
const MAXIMUM_RESOURCES = 20;
const MAXIMUM_PARAMETERS = 100;
const MAXIMUM_LENGTH = 60_000;

function checked(name: ParameterName, sent: readonly string[] | undefined): string | undefined {
  if (!sent) return undefined;
  const [value = '', ...more] = sent;
  if (more.length > 0) {
    throw invalidRequest(`The parameter ${name} is repeated.`, 'parameter_repeated', {
      parameter: name,
    });
  }
  if (value.length > LIMITS[name]) {
    throw invalidRequest(`The parameter ${name} is too long.`, 'parameter_too_long', {
      parameter: name,
      expected: `at most ${LIMITS[name]} characters`,
      presented: value.length,
    });
  }
  return value === '' ? undefined : value;
}

function parametersFrom(values: ReadonlyMap<string, readonly string[]>): Parameters {
  const get: Parameters['get'] = (name) => checked(name, values.get(name));
  // A URI has no spaces, so that kept ones can stand in one text.
  const resources = () => {
    const sent = (values.get(RESOURCE) ?? []).flatMap((value) => value.split(' '));
    const named = sent.filter((value) => value !== '');
    if (named.length <= MAXIMUM_RESOURCES) return named;
    throw invalidRequest('The request names too many resources.', 'malformed_request', {
      expected: `at most ${MAXIMUM_RESOURCES}`,
      presented: named.length,
    });
  };
  return {
    get,
    resources,
    all() {
      const single = [...values.keys()].filter(isKnown).flatMap((name) => {
        const value = get(name);
        return value === undefined ? [] : [[name, value]];
      });
      const named = resources();
      return Object.fromEntries(named.length > 0 ? [...single, [RESOURCE, named.join(' ')]] : single);
    },
  };
}

/**
 * Reads a query string or a form body; parameters unknown to this server are ignored (RFC 6749 §3.1).
 * @throws Refusal `invalid_request` when there is too much of it
 */
export function readParameters(encoded: string): Parameters {
  if (encoded.length > MAXIMUM_LENGTH) {
    throw invalidRequest('The request is too long.', 'request_too_large', {
      expected: `at most ${MAXIMUM_LENGTH} characters`,
      presented: encoded.length,
    });
  }
  const values = new Map<string, string[]>();
  let count = 0;
  for (const [name, value] of new URLSearchParams(encoded)) {
    if (++count > MAXIMUM_PARAMETERS) {
      throw invalidRequest('The request has too many parameters.', 'malformed_request', {
        expected: `at most ${MAXIMUM_PARAMETERS} parameters`,
      });
    }
    const earlier = values.get(name);
    if (earlier) earlier.push(value);
    else values.set(name, [value]);
  }
  return parametersFrom(values);
}

/** Parameters that were pushed and kept (RFC 9126 §2). */
export function parametersOf(record: Readonly<Record<string, string>>): Parameters {
  return parametersFrom(new Map(Object.entries(record).map(([name, value]) => [name, [value]])));
}
