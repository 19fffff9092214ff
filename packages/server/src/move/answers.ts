import { z } from 'zod';
import type { Answers } from './source.ts';

const Uris = z.array(z.string().min(1).max(2000)).max(100);

export const AnswersFile = z.strictObject({
  clients: z
    .record(
      z.string().min(1).max(400),
      z.strictObject({
        client_secret: z.string().min(1).max(4000).exactOptional(),
        redirect_uris: Uris.exactOptional(),
        accept_redirect_uris: Uris.exactOptional(),
        token_endpoint_auth_method: z.string().max(100).exactOptional(),
        tls_client_auth_subject_dn: z.string().min(1).max(2000).exactOptional(),
        authority: z.string().max(300).exactOptional(),
      }),
    )
    .default({}),
  settings: z.record(z.string().min(1).max(200), z.string().max(4000)).default({}),
});

/** Thrown for answers that cannot be read; the message names file, place and cause, and never a value. */
export class InvalidAnswers extends Error {
  override readonly name = 'InvalidAnswers';
}

export const NO_ANSWERS: Answers = { clients: {}, settings: {} };

/**
 * Reads what the operator says beforehand: a JSON object of `clients`, by client_id, and `settings`.
 * @param file its name, for messages
 * @throws InvalidAnswers
 */
export function readAnswers(text: string, file: string): Answers {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What a parser quotes could be a secret.
    throw new InvalidAnswers(`${file}: is not JSON`);
  }
  const read = AnswersFile.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.map(String).join('.') ?? '';
  throw new InvalidAnswers(
    `${file}: ${place === '' ? '' : `${place}: `}${issue?.message ?? 'cannot be read'}`,
  );
}

/** Answers with more of them; those that are added count. */
export const withAnswers = (before: Answers, added: Answers): Answers => ({
  clients: {
    ...before.clients,
    ...Object.fromEntries(
      Object.entries(added.clients).map(([id, answer]) => [id, { ...before.clients[id], ...answer }]),
    ),
  },
  settings: { ...before.settings, ...added.settings },
});
