import type { Person } from '../interop/person.ts';

/**
 * What the suite's browser does at the server's pages, in the suite's own words: a step is a command, where to look, and
 * what to look for or type.
 */
type Step = readonly (string | number)[];

type Task = {
  readonly task: string;
  /** The addresses of the page it is done at; `*` stands for anything. */
  readonly match: string;
  readonly optional?: boolean;
  readonly commands?: readonly Step[];
};

/** A way through pages, from the address the suite sends its browser to. */
export type BrowserBlock = {
  readonly match: string;
  readonly 'match-limit'?: number;
  readonly tasks: readonly Task[];
};

/** What the blocks are made for. */
export type Addresses = {
  /** The issuer. */
  readonly server: string;
  readonly suite: string;
  readonly person: Person;
};

/** What happens at the pages of a module, as the module wants it. */
export type Behaviour =
  | 'sign in'
  /** As above, and the sign-in page is shown to whoever reviews the run. */
  | 'sign in, shown'
  /** The sign-in page is shown, and left. */
  | 'sign-in page'
  | 'cancel'
  | 'error page'
  /** An error page, or an answer to the client: the suite takes either. */
  | 'error page or sign in'
  /** The sign-in page is left once, and the same address opened again. */
  | 'leave, then sign in'
  | 'signed out, back to the client'
  | 'signed out'
  | 'error page when signing out';

const SECONDS = 10;

/** Waits for text on the page, and hands the page in where the suite asks for a picture. */
const shown = (text: string, picture: 'needed' | 'optional'): Step => [
  'wait',
  'xpath',
  '//*',
  SECONDS,
  text,
  picture === 'needed' ? 'update-image-placeholder' : 'update-image-placeholder-optional',
];

const ERROR = 'That did not work';

/** Every behaviour as blocks, for one server and one suite. */
export function browserBlocks({ server, suite, person }: Addresses) {
  const page = {
    authorize: `${server}/oauth2/authorize*`,
    signIn: `${server}/oauth2/sign-in*`,
    consent: `${server}/oauth2/consent*`,
    logout: `${server}/oidc/logout*`,
    any: `${server}/*`,
  };
  const fillIn: readonly Step[] = [
    ['text', 'name', 'username', person.username],
    ['text', 'name', 'password', person.password],
    ['click', 'css', 'button[type=submit]:not([name])'],
  ];
  const consent: Task = {
    task: 'Consent',
    match: page.consent,
    optional: true,
    commands: [['click', 'css', 'button[value=allow]']],
  };
  // Only at the suite's own address: an authorization URL has it in its query.
  const answered: Task = {
    task: 'Back at the client',
    match: `${suite}/test/*/callback*`,
    commands: [['wait', 'id', 'submission_complete', SECONDS]],
  };
  const signIn = (before: readonly Step[]): BrowserBlock => ({
    match: page.authorize,
    tasks: [
      { task: 'Sign in', match: page.signIn, optional: true, commands: [...before, ...fillIn] },
      consent,
      answered,
    ],
  });
  const either: BrowserBlock = {
    match: page.authorize,
    tasks: [
      { task: 'Error page', match: page.authorize, optional: true, commands: [shown(ERROR, 'optional')] },
      { task: 'Sign in', match: page.signIn, optional: true, commands: fillIn },
      consent,
      { ...answered, optional: true },
    ],
  };
  const leave: BrowserBlock = {
    match: page.authorize,
    'match-limit': 1,
    tasks: [
      {
        task: 'See the sign-in page',
        match: page.signIn,
        commands: [['wait', 'xpath', '//*', SECONDS, 'Sign in']],
      },
    ],
  };
  const confirmed: Task = {
    task: 'Confirm',
    match: page.logout,
    optional: true,
    commands: [['click', 'css', 'form button[type=submit]', 'optional']],
  };
  const signOut = (...tasks: readonly Task[]): BrowserBlock => ({ match: page.logout, tasks });

  const blocks: Readonly<Record<Behaviour, readonly BrowserBlock[]>> = {
    'sign in': [signIn([])],
    'sign in, shown': [signIn([shown('Sign in', 'optional')])],
    'sign-in page': [
      {
        match: page.authorize,
        tasks: [{ task: 'Sign-in page', match: page.signIn, commands: [shown('Sign in', 'needed')] }],
      },
    ],
    cancel: [
      {
        match: page.authorize,
        tasks: [
          { task: 'Cancel', match: page.signIn, commands: [['click', 'css', 'button[value=cancel]']] },
          answered,
        ],
      },
    ],
    'error page': [
      {
        match: page.authorize,
        tasks: [{ task: 'Error page', match: page.any, commands: [shown(ERROR, 'needed')] }],
      },
    ],
    'error page or sign in': [either],
    'leave, then sign in': [leave, either],
    'signed out, back to the client': [
      signIn([]),
      signOut(confirmed, { task: 'Back at the client', match: `${suite}/test/*/post*` }),
    ],
    'signed out': [
      signIn([]),
      signOut(confirmed, {
        task: 'Signed out',
        match: page.any,
        commands: [shown('(?i)signed out', 'needed')],
      }),
    ],
    'error page when signing out': [
      signIn([]),
      signOut({ task: 'Error page', match: page.logout, commands: [shown(ERROR, 'needed')] }),
    ],
  };
  return blocks;
}

/** What happens in a module that wants something else than a person who signs in; by the end of its name. */
const BEHAVIOURS: readonly (readonly [Behaviour, readonly string[]])[] = [
  ['sign in, shown', ['oidcc-prompt-login', 'oidcc-max-age-1']],
  [
    'sign-in page',
    ['oidcc-registration-logo-uri', 'oidcc-registration-policy-uri', 'oidcc-registration-tos-uri'],
  ],
  ['cancel', ['user-rejects-authentication']],
  [
    'error page',
    [
      'oidcc-ensure-registered-redirect-uri',
      'oidcc-ensure-redirect-uri-in-authorization-request',
      'oidcc-redirect-uri-query-added',
      'oidcc-redirect-uri-query-mismatch',
    ],
  ],
  [
    'error page or sign in',
    [
      'oidcc-response-type-missing',
      'oidcc-ensure-request-object-with-redirect-uri',
      'ensure-authorization-request-with-long-nonce',
      'ensure-authorization-request-with-long-state',
      'ensure-authorization-request-without-request-object-fails',
      'ensure-different-nonce-inside-and-outside-request-object',
      'ensure-different-state-inside-and-outside-request-object',
      'ensure-expired-request-object-fails',
      'ensure-matching-key-in-authorization-request',
      'final-ensure-redirect-uri-in-authorization-request',
      'final-ensure-registered-redirect-uri',
      'ensure-request-object-signature-algorithm-is-not-none',
      'ensure-request-object-with-bad-aud-fails',
      'ensure-request-object-with-exp-over-60-fails',
      'ensure-request-object-with-invalid-signature-fails',
      'ensure-request-object-with-long-nonce',
      'ensure-request-object-with-long-state',
      'ensure-request-object-with-nbf-over-60-fails',
      'ensure-request-object-without-exp-fails',
      'ensure-request-object-without-nbf-fails',
      'ensure-request-object-without-nonce-fails',
      'ensure-request-object-without-redirect-uri-fails',
      'ensure-request-object-without-scope-fails',
      'ensure-response-mode-query',
      'ensure-response-type-code-fails',
      'ensure-signed-request-object-with-RS256-fails',
      'ensure-unsigned-authorization-request-without-using-par-fails',
      'par-attempt-reuse-request_uri',
      'par-attempt-to-use-expired-request_uri',
      'par-attempt-to-use-request_uri-for-different-client',
      'par-ensure-pkce-required',
      'par-plain-pkce-rejected',
      'state-only-outside-request-object-not-used',
    ],
  ],
  ['leave, then sign in', ['par-ensure-reused-request-uri-prior-to-auth-completion-succeeds']],
  [
    'signed out, back to the client',
    [
      'oidcc-rp-initiated-logout',
      'oidcc-rp-initiated-logout-no-state',
      'oidcc-backchannel-rp-initiated-logout',
    ],
  ],
  [
    'signed out',
    [
      'oidcc-rp-initiated-logout-no-params',
      'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
      'oidcc-rp-initiated-logout-only-state',
    ],
  ],
  [
    'error page when signing out',
    [
      'oidcc-rp-initiated-logout-bad-id-token-hint',
      'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
      'oidcc-rp-initiated-logout-modified-id-token-hint',
      'oidcc-rp-initiated-logout-no-id-token-hint',
      'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
    ],
  ],
];

/** What the suite's browser is told to do in a module. @param module by the suite's name */
export const behaviourIn = (module: string): Behaviour =>
  BEHAVIOURS.find(([, names]) => names.some((name) => module.endsWith(name)))?.[0] ?? 'sign in';
