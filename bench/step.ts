import { z } from 'zod';

/** What an answer gives to the requests after it. */
export const Taken = z.object({
  /** The variable it becomes. */
  as: z.string(),
  /** A member of the JSON body, a parameter of the Location, or all of the Location but its origin. */
  from: z.enum(['json', 'location', 'path']),
  name: z.string(),
  /** A refresh token, say, that stays the same when no other is answered. */
  optional: z.boolean(),
});
export type Taken = z.infer<typeof Taken>;

/** One request of a workload and what its answer has to be. `{name}` in a text stands for a variable's value. */
export const Step = z.object({
  method: z.enum(['GET', 'POST']),
  path: z.string(),
  query: z.record(z.string(), z.string()),
  headers: z.record(z.string(), z.string()),
  /** Of a POST. */
  form: z.record(z.string(), z.string()),
  /** Any of these; another ends the run. */
  status: z.array(z.int()),
  take: z.array(Taken),
});
export type Step = z.infer<typeof Step>;

/** What the texts of steps name. */
export type Variables = Readonly<Record<string, string>>;

/** A POST of a form that has to be answered with 200, unless said otherwise. */
export const post = (
  path: string,
  form: Step['form'],
  more: Partial<Pick<Step, 'headers' | 'status' | 'take'>> = {},
): Step => ({ method: 'POST', path, query: {}, headers: {}, form, status: [200], take: [], ...more });

/** A GET that has to be answered with 200, unless said otherwise. */
export const get = (
  path: string,
  more: Partial<Pick<Step, 'query' | 'headers' | 'status' | 'take'>> = {},
): Step => ({ method: 'GET', path, query: {}, headers: {}, form: {}, status: [200], take: [], ...more });

/** Takes a member of a JSON answer under its own name. */
export const member = (name: string, optional = false): Taken => ({ as: name, from: 'json', name, optional });

/** Takes where a redirect to the same server leads. */
export const redirectPath = (as: string): Taken => ({ as, from: 'path', name: 'location', optional: false });

/** Takes a parameter of a redirect under its own name. */
export const parameter = (name: string): Taken => ({ as: name, from: 'location', name, optional: false });
