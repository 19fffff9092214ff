import { z } from 'zod';
import { EVENT_TYPES } from '../../event/event-types.ts';
import { RETRY_DELAYS } from '../../webhook/back-off.ts';
import { LEAST_SECRET, secretKey } from '../../webhook/signature.ts';
import { isMeant, MOST_WEBHOOKS } from '../../webhook/webhook.ts';
import { nearestFirst } from '../edit-distance.ts';
import { key, sections } from '../key-notes.ts';
import { rule, seconds, wholeNumber } from './values.ts';

const TYPES = Object.keys(EVENT_TYPES);
/** Everything that `events` may hold. */
const PATTERNS: readonly string[] = [
  '*',
  ...new Set(TYPES.map((type) => `${type.split('.', 1)[0]}.*`)),
  ...TYPES,
];

const isReceiver = (value: string): boolean => {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, hash } = new URL(value);
  return protocol === 'https:' && `${username}${password}${hash}` === '';
};

const secret = z
  .string()
  .max(1000)
  .refine((value) => secretKey(value) !== undefined);
const SECRET = `at least ${LEAST_SECRET} characters, or "whsec_" and the base64 of at least ${LEAST_SECRET} octets`;

const tables = sections(
  `Somebody who is told of events over HTTPS, signed and tried again until it works (docs/webhooks.md). At most ${MOST_WEBHOOKS}. Whether an address may be posted to is for [outbound] to say.`,
  'live',
  {
    id: key(z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/), {
      expected: 'a name of at most 40 lower-case letters, digits and hyphens',
      description: 'Its short name, different from that of the others; what it was sent is known by it.',
      reload: 'live',
      example: 'on-call',
      otherwise: 'required',
    }),
    url: key(z.string().max(2000).refine(isReceiver), {
      expected: 'an https URL without credentials and fragment',
      description:
        'Where events are posted to. Its path may be what lets somebody post there, and is shown nowhere.',
      reload: 'live',
      secret: true,
      example: 'https://hooks.example.com/countersign',
      otherwise: 'required',
    }),
    secret: key(secret, {
      expected: SECRET,
      description: 'What the receiver knows the events by: they are signed with it (HMAC-SHA256).',
      reload: 'live',
      secret: true,
      example: '$env{COUNTERSIGN_WEBHOOK_SECRET}',
      otherwise: 'required',
    }),
    previous_secret: key(secret.optional(), {
      expected: SECRET,
      description: 'The secret of before: events are signed with both until every receiver has the new one.',
      reload: 'live',
      secret: true,
      example: '$env{COUNTERSIGN_PREVIOUS_WEBHOOK_SECRET}',
      otherwise: 'one signature',
    }),
    events: key(z.array(z.string().max(100)).min(1).max(200).default(['expiry.*']), {
      expected: 'a list of types of events, "family.*" or "*"',
      description: 'What it is told of: types of docs/events.md, families of them, or all.',
      reload: 'live',
    }),
    timeout: key(seconds(60).schema.default(15), {
      expected: seconds(60).expected,
      description: 'How long an attempt may take, in seconds.',
      reload: 'live',
    }),
    retry_delays: key(
      z
        .array(wholeNumber(1, 86_400))
        .max(20)
        .default([...RETRY_DELAYS]),
      {
        expected: 'a list of at most 20 whole numbers of seconds from 1 to 86400',
        description:
          'How long is waited after each failed attempt, in seconds, and up to a fifth more. After the attempt that follows the last a delivery is given up.',
        reload: 'live',
      },
    ),
  },
);

type Tables = z.infer<typeof tables>;

/** Finds patterns that mean nothing, which would be silence where somebody expects to be told. */
const meaningful = ({ value, issues }: { value: Tables; issues: z.core.$ZodRawIssue[] }): void => {
  if (value.length > MOST_WEBHOOKS) {
    const message = `is a list of ${value.length}; there may be at most ${MOST_WEBHOOKS}`;
    issues.push({ ...rule, input: value.length, path: [], message });
  }
  value.forEach(({ events }, index) => {
    events.forEach((pattern, at) => {
      const isFamily = pattern.endsWith('.*') && TYPES.some((type) => isMeant(pattern, type));
      if (PATTERNS.includes(pattern) || isFamily) return;
      const [nearest] = nearestFirst(pattern, PATTERNS, (known) => known);
      const message = `names no type of event: ${JSON.stringify(pattern)}; the nearest is "${nearest}"`;
      issues.push({ ...rule, input: pattern, path: [index, 'events', at], message });
    });
  });
};

export const webhook = tables.check(meaningful);
