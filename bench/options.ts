import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DEFAULT_PEERS } from './peers/peer.ts';
import { TARGET_NAMES, TARGETS, targetNamed } from './targets/targets.ts';
import { DEFAULT_WORKLOADS, WORKLOADS } from './workloads/names.ts';

const SOAK_REQUESTS = '3000000';

export const USAGE = `Usage: npm run bench -- [options]
  --workload NAMES  of ${WORKLOADS.join(', ')}, comma-separated, or all (${DEFAULT_WORKLOADS.join(',')})
  --targets NAMES   of ${TARGET_NAMES.join(', ')}, comma-separated (all but those with workers)
  --database KIND   what countersign and limit keep their records in: sqlite or postgres (sqlite)
  --rounds N        rounds of each workload; every round runs all targets once (5)
  --seconds S       length of one run (1.5)
  --connections N   concurrent connections (16)
  --starts N        how often each target is started, to measure the time to its first token (1)
  --workers LIST    also countersign and bare+sign with so many processes, e.g. 1,2
  --before CHECKOUT another checkout of this repository, installed, to be measured too as countersign-before
  --server-key TYPE EC-P256 or RSA-2048: the key of every server's certificate (EC-P256)
  --profile FOLDER  have each server that Node.js runs write a .cpuprofile there; slows all of them down
  --soak [REQUESTS] only that: so many requests of mtls at countersign, and what its memory does meanwhile (${SOAK_REQUESTS})
  --minutes M       how long a soak may take (30)
  --costs           only that: what a connection and a client take in memory, and a code flow on the disk
  --checks          only that: what checking a token costs an API, beside jose alone and beside a bare server
  --peers FOLDER    where servers of other people are (${DEFAULT_PEERS})
  --fetch-peers     only that: fetch and build Keycloak and Hydra there; Maven, Java, Go, minutes
  --json            print one JSON document instead of tables`;

const list = <Value>(item: z.ZodType<Value, string>) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item).min(1));

const TargetName = z.string().refine((name) => targetNamed(name) !== undefined, {
  error: ({ input }) => `${input} is no target; there are ${TARGET_NAMES.join(', ')}`,
});

const Options = z.object({
  workload: z
    .string()
    .transform((text) => (text === 'all' ? WORKLOADS.join(',') : text))
    .pipe(list(z.enum(WORKLOADS)))
    .default([...DEFAULT_WORKLOADS]),
  targets: list(TargetName).default(TARGETS.map(({ name }) => name)),
  database: z.enum(['sqlite', 'postgres']).default('sqlite'),
  rounds: z.coerce.number().int().min(1).max(1000).default(5),
  seconds: z.coerce.number().min(0.1).max(600).default(1.5),
  connections: z.coerce.number().int().min(1).max(512).default(16),
  starts: z.coerce.number().int().min(1).max(100).default(1),
  workers: list(z.string().transform(Number).pipe(z.int().min(1).max(64))).default([]),
  before: z.string().optional(),
  'server-key': z.enum(['EC-P256', 'RSA-2048']).default('EC-P256'),
  profile: z.string().optional(),
  soak: z.coerce.number().int().min(1000).max(1_000_000_000).optional(),
  minutes: z.coerce.number().min(0.1).max(1440).default(30),
  costs: z.boolean().default(false),
  checks: z.boolean().default(false),
  peers: z.string().default(DEFAULT_PEERS),
  'fetch-peers': z.boolean().default(false),
  json: z.boolean().default(false),
  help: z.boolean().default(false),
});
export type Options = z.infer<typeof Options>;

/** An option that may stand without its value gets it. */
const withSoakRequests = (args: readonly string[]): string[] =>
  args.flatMap((arg, index) =>
    arg === '--soak' && !/^\d/.test(args[index + 1] ?? '') ? [`--soak=${SOAK_REQUESTS}`] : [arg],
  );

/**
 * Reads the command line.
 * @param args without the program's name
 * @throws Error or ZodError that says what is wrong
 */
export function readOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args: withSoakRequests(args),
    options: {
      workload: text,
      targets: text,
      database: text,
      rounds: text,
      seconds: text,
      connections: text,
      starts: text,
      workers: text,
      before: text,
      'server-key': text,
      profile: text,
      soak: text,
      minutes: text,
      costs: flag,
      checks: flag,
      peers: text,
      'fetch-peers': flag,
      json: flag,
      help: flag,
    },
  });
  return Options.parse(values);
}
