import { z } from 'zod';
import { AnswersFile } from '../move/answers.ts';
import { givenCertificates, UnknownAuthority, UnreadableCertificates } from '../move/given-certificates.ts';
import type { ImportContext } from '../move/import-context.ts';
import { importRecords } from '../move/import-records.ts';
import { reportAnswer } from '../move/report.ts';
import { UnreadableSource } from '../move/source.ts';
import { type Sources, sourceNames } from '../move/sources.ts';
import { insufficientScope } from '../refusal/error-codes.ts';
import { type Administrator, isOwner, namedIn } from './administrator.ts';
import { requireEverywhere } from './client-reach.ts';
import { type AdminRoute, adminRoute, InvalidInput } from './route.ts';

/** Bytes of a request: whole files, in base64. What is larger is for the command line. */
const LARGEST = 64 * 1024 * 1024;
const MOST_FILES = 10_000;

const File = z
  .strictObject({
    name: z.string().min(1).max(1000).describe('Relative to what was chosen, with `/`.'),
    content: z
      .string()
      .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'is no base64')
      .describe('The octets of the file, in base64.'),
  })
  .meta({ id: 'ImportedFile' });
const Body = z
  .strictObject({
    source: z.string().describe('What wrote the files: one of `GET /import/sources`.'),
    dry_run: z.boolean().describe('Whether everything is only judged, and nothing written.'),
    files: z.array(File).min(1).max(MOST_FILES),
    trust: z
      .array(File)
      .max(100)
      .default([])
      .describe('Files of certificates that the other server trusts: PEM, DER, PKCS#7, JKS or PKCS#12.'),
    store_password: z.string().max(1000).default('').describe('Of those of `trust` that are key stores.'),
    authorities: z
      .array(z.string().min(1).max(300))
      .max(1000)
      .default([])
      .describe('Aliases or SHA-256 thumbprints of those of `trust` that vouch for clients.'),
    answers: AnswersFile.prefault({}).describe('What the files lack and whoever calls knows.'),
  })
  .meta({ id: 'NewImport' });

const Finding = z
  .object({
    field: z.string().describe('As the other server names it.'),
    ours: z.string().optional().describe('As it is named here.'),
    outcome: z.enum(['same', 'changed', 'lost', 'asked']),
    why: z.string(),
  })
  .meta({ id: 'ImportFinding' });
const Report = z
  .object({
    source: z.string(),
    dry_run: z.boolean(),
    counts: z
      .record(z.string(), z.record(z.string(), z.int()))
      .describe('By kind, how many things came to which outcome.'),
    items: z.array(
      z
        .object({
          kind: z.string(),
          name: z.string(),
          outcome: z
            .enum(['added', 'present', 'differs', 'left_out'])
            .describe(
              '`added`: it was written, or of a dry run would be. `differs`: another one is here, and stays.',
            ),
          findings: z.array(Finding),
        })
        .meta({ id: 'ImportItem' }),
    ),
    answers_for_nobody: z
      .array(z.string())
      .describe('Clients that were answered for and that are not in the files.'),
  })
  .meta({ id: 'ImportReport' });

const tag = 'import';

/** Everything of another server may come in, clients with scopes of the admin API among it. @throws Refusal 403 */
function requireOwner(administrator: Administrator): void {
  for (const permission of ['clients:write', 'people:write', 'trust:write'] as const)
    requireEverywhere(administrator, permission);
  if (isOwner(administrator)) return;
  throw insufficientScope('Only an owner brings in what another server has.', 'role_insufficient', {
    ...namedIn(administrator),
    expected: 'the role owner',
    presented: [...administrator.power.scopes()],
  });
}

const octetsOf = (content: string) =>
  async function* (): AsyncGenerator<Uint8Array, void> {
    yield Buffer.from(content, 'base64');
  };

/** What of the input is at fault. @throws InvalidInput */
function asInputError(error: unknown): never {
  if (error instanceof UnreadableSource) throw new InvalidInput('files', error.message);
  if (error instanceof UnreadableCertificates) throw new InvalidInput('trust', error.message);
  if (error instanceof UnknownAuthority) throw new InvalidInput('authorities', error.message);
  throw error;
}

/**
 * `/import`: brings in what another server has, from its files; a dry run says beforehand what becomes of each thing.
 * @param settings what deployment.toml of this server sets, by key, without secrets
 */
export function importRoutes(
  sources: Sources,
  context: () => ImportContext,
  settings: () => Promise<Readonly<Record<string, unknown>>>,
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/import/sources',
      summary: 'List the servers whose files can be brought in',
      tag,
      area: 'administrators',
      access: 'write',
      response: z.object({ items: z.array(z.object({ source: z.string() })) }).meta({ id: 'ImportSources' }),
      handle: async () => ({ items: sourceNames(sources).map((source) => ({ source })) }),
    }),
    adminRoute({
      method: 'POST',
      path: '/import',
      summary: 'Bring in what another server has, or say what would become of each thing',
      tag,
      area: 'administrators',
      access: 'write',
      body: Body,
      bodyLimit: LARGEST,
      response: Report,
      handle: async ({ body, administrator }) => {
        requireOwner(administrator);
        const load = sources[body.source];
        if (!load || !Object.hasOwn(sources, body.source))
          throw new InvalidInput('source', `must be one of ${sourceNames(sources).join(', ')}`);
        const { name, remote_address, client_id } = administrator;
        const by = {
          name,
          ...(remote_address !== undefined && { remote_address }),
          ...(client_id !== undefined && { client_id }),
        };
        try {
          const certificates = await givenCertificates(
            body.trust.map((file) => ({ name: file.name, bytes: Buffer.from(file.content, 'base64') })),
            body.store_password,
            body.authorities,
          );
          const input = {
            files: body.files.map((file) => ({ name: file.name, octets: octetsOf(file.content) })),
            certificates,
            answers: body.answers,
            settings: await settings(),
          };
          const report = await importRecords(await load(), input, context(), {
            sourceName: body.source,
            by,
            dryRun: body.dry_run,
          });
          const answer = reportAnswer(report);
          return {
            ...answer,
            answers_for_nobody: [...answer.answers_for_nobody],
            items: answer.items.map(({ findings, ...item }) => ({ ...item, findings: [...findings] })),
          };
        } catch (error) {
          return asInputError(error);
        }
      },
    }),
  ];
}
