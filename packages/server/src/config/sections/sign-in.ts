import { z } from 'zod';
import { key, section } from '../key-notes.ts';
import { DAY, lifetime, off, text, wholeNumber } from './values.ts';

export const accountLock = section('Against password guessing, counted over all processes.', {
  max_failed_attempts: key(wholeNumber(1, 1000).default(10), {
    expected: 'a whole number from 1 to 1000',
    description: 'Failed sign-ins within the window that lock the account.',
    reload: 'live',
  }),
  window: lifetime(900, DAY, 'The window in which failures are counted, in seconds.'),
  lock_time: lifetime(300, 30 * DAY, 'How long an account stays locked, in seconds.'),
});

export const passwordPolicy = section(
  'What new passwords are held against, whoever sets them. Common ones, and the names of the person and of this server, are refused besides; the password in `[super_admin]` is exempt.',
  {
    min_length: key(wholeNumber(8, 64).default(8), {
      expected: 'a whole number from 8 to 64',
      description:
        'The fewest characters of a password. NIST SP 800-63B-4 asks for 15 where a password is all that people need to sign in, and for 8 beside a second factor: write 15 unless everybody has one. Passwords that were set before stay.',
      reload: 'live',
    }),
  },
);

export const signIn = section('How people sign in, and how long they stay signed in.', {
  session_lifetime: lifetime(12 * 3600, 90 * DAY, 'How long a sign-in lasts, whatever happens, in seconds.'),
  session_idle_lifetime: lifetime(
    2 * 3600,
    90 * DAY,
    'How long a sign-in lasts without being used, in seconds.',
  ),
  client_certificate: off(
    'Whether people may sign in with a personal client certificate, which they register on their account page. The TLS handshake must ask for certificates: `clientAuth` is "want".',
    'live',
  ),
});

const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/);

const COLOUR = 'a colour written as # and six hexadecimal digits';

export const branding = section('The look of the pages people see.', {
  name: key(text.default('Countersign'), {
    expected: 'a name of 1 to 2000 characters',
    description: 'The name shown on the pages.',
    reload: 'live',
  }),
  logo_file: key(text.optional(), {
    expected: 'a file name',
    description: 'An SVG or PNG image, relative to the home folder.',
    reload: 'live',
    example: 'repository/resources/logo.svg',
    otherwise: 'the built-in logo',
  }),
  primary_color: key(colour.default('#1d5f8a'), {
    expected: COLOUR,
    description: 'The colour of buttons and links in light mode.',
    reload: 'live',
  }),
  primary_color_dark: key(colour.default('#7fc1ea'), {
    expected: COLOUR,
    description: 'The colour of buttons and links in dark mode.',
    reload: 'live',
  }),
});
