import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { hostCookie } from '../../user-authentication/cookie.ts';

/**
 * What was wrong with a form. A browser is not answered with a page but led to the form's page anew, which tells it:
 * a page that answered a form cannot be come back to, and a reload would send the form again.
 */
const FormProblem = z.object({
  /** Path and query of the page that tells it. */
  at: z.string(),
  /** The name of what is told. */
  problem: z.string(),
  /** Which of the fields it is about, where the page has several. */
  field: z.string().exactOptional(),
  /** As it was typed. */
  username: z.string().exactOptional(),
  event_id: z.string().exactOptional(),
});
export type FormProblem = z.infer<typeof FormProblem>;

const LIFETIME_S = 60;
const COOKIE = hostCookie('countersign-problem', { maxAgeS: LIFETIME_S });
/** As long as a username may be; what is longer is not worth coming back. */
const LONGEST_USERNAME = 255;

/** Whether a browser asks for a page, which it will show; other programs read the answer itself. */
export const isNavigation = ({ headers }: FastifyRequest): boolean =>
  headers['sec-fetch-mode'] === 'navigate';

/** Leads a browser to the page that tells the problem (RFC 9110 §15.4.4). @param url of that page */
export function sendToProblem(reply: FastifyReply, url: string, problem: FormProblem): FastifyReply {
  const { username = '', ...rest } = problem;
  const told = { ...rest, ...(username !== '' && username.length <= LONGEST_USERNAME && { username }) };
  COOKIE.set(reply, Buffer.from(JSON.stringify(told)).toString('base64url'));
  return reply.header('cache-control', 'no-store').redirect(url, 303);
}

/** The problem that the page asked for has to tell, once. @param at path and query of the page */
export function takeProblem(http: FastifyRequest, reply: FastifyReply, at: string): FormProblem | undefined {
  const value = COOKIE.read(http.headers.cookie);
  if (value === undefined) return undefined;
  const problem = parsed(value);
  // Another tab's is left to it.
  if (problem && problem.at !== at) return undefined;
  COOKIE.clear(reply);
  return problem;
}

function parsed(value: string): FormProblem | undefined {
  try {
    const { success, data } = FormProblem.safeParse(JSON.parse(Buffer.from(value, 'base64url').toString()));
    return success ? data : undefined;
  } catch {
    return undefined;
  }
}
