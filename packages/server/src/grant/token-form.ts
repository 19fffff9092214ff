import { invalidRequest } from '../refusal/error-codes.ts';

/** The parameters of a form body, each at most once and none empty (RFC 6749 §3.2). */
export type TokenForm = {
  /** @returns the value, or undefined when the parameter is absent or empty */
  get(name: string): string | undefined;
  /** @returns every value of a parameter that may be repeated, such as `resource` (RFC 8707 §2) */
  getAll(name: string): readonly string[];
  /** @throws Refusal `invalid_request` when the parameter is absent or empty */
  require(name: string): string;
  /** The names of the parameters that have a value. */
  names(): readonly string[];
};

const REPEATABLE = new Set(['resource', 'audience']);
const MAXIMUM_PARAMETERS = 100;

/**
 * Reads an `application/x-www-form-urlencoded` body.
 * @throws Refusal `invalid_request` on repeated parameters, or on more than a hundred of them
 */
export function parseForm(body: string): TokenForm {
  const values = new Map<string, string[]>();
  let parameters = 0;
  for (const [name, value] of new URLSearchParams(body)) {
    if (++parameters > MAXIMUM_PARAMETERS) {
      throw invalidRequest('The request has too many parameters.', 'malformed_request', {
        expected: `at most ${MAXIMUM_PARAMETERS} parameters`,
      });
    }
    const earlier = values.get(name);
    if (!earlier) values.set(name, [value]);
    else if (REPEATABLE.has(name)) earlier.push(value);
    else {
      throw invalidRequest('A parameter is repeated.', 'parameter_repeated', {
        parameter: name.slice(0, 100),
      });
    }
  }
  return formFrom(values);
}

/**
 * The parameters of a request that came otherwise than as a form, such as a signed one.
 * @param parameters those that may be repeated with a space between their values
 */
export function formOf(parameters: Readonly<Record<string, string>>): TokenForm {
  const values = Object.entries(parameters).map(
    ([name, value]) => [name, REPEATABLE.has(name) ? value.split(' ') : [value]] as const,
  );
  return formFrom(new Map(values));
}

function formFrom(values: ReadonlyMap<string, readonly string[]>): TokenForm {
  const get = (name: string) => values.get(name)?.[0] || undefined;
  return {
    get,
    getAll: (name) => (values.get(name) ?? []).filter((value) => value !== ''),
    require(name) {
      const value = get(name);
      if (value === undefined) {
        throw invalidRequest(`The parameter ${name} is missing.`, 'parameter_missing', {
          expected: name,
        });
      }
      return value;
    },
    names: () => [...values.keys()].filter((name) => get(name) !== undefined),
  };
}
