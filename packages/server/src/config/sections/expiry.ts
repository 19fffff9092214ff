import { z } from 'zod';
import { key, section } from '../key-notes.ts';
import { DAY, lifetime, on, wholeNumber } from './values.ts';

export const expiryWatch = section(
  'What is watched for its end: certificates of the server, its authorities, clients and proxies, published keys, CRLs, signing keys (docs/expiry.md).',
  {
    enable: on(
      'Whether events tell of ends that come near. Lists and metrics tell of them in any case.',
      'live',
    ),
    days: key(
      z
        .array(wholeNumber(1, 3650))
        .min(1)
        .max(20)
        .refine((days) => new Set(days).size === days.length)
        .default([30, 14, 7, 1]),
      {
        expected: 'a list of whole numbers from 1 to 3650, each once',
        description:
          'How many days before an end an event tells of it, once each in a deployment. Of what lives for less than twice as long a number does not count.',
        reload: 'live',
      },
    ),
    signing_key_age: lifetime(
      365 * DAY,
      36_500 * DAY,
      'For how long a signing key is meant to sign, in seconds: then a rotation is due, which nothing enforces.',
    ),
    unused_after: lifetime(
      90 * DAY,
      36_500 * DAY,
      'For how long a certificate or an authority must not have been used to be reported as unused, in seconds.',
    ),
  },
);
