/**
 * Which page of the documentation tells of a place, by the path of the place; `*` stands for the name of a thing.
 * The pages are built into the console from `docs/`.
 */
export const HELP_PAGES = {
  '': 'console.html#what-needs-attention',
  clients: 'console.html#the-steps-of-the-page',
  'clients/add': 'console.html#the-steps-of-the-page',
  'clients/import': 'console.html#lists',
  'clients/*': 'console.html#what-a-clients-page-tells',
  'clients/*/edit': 'console.html#what-a-client-may-and-must-do',
  'registration-tokens': 'dynamic-registration.html#letting-a-partner-register-a-client',
  trust: 'trust-stores.html',
  certificates: 'expiry.html',
  live: 'explain.html',
  'live/*': 'explain.html#by-event-id',
  users: 'sign-in.html',
  'users/*': 'sign-in.html#what-an-account-requires',
  groups: 'groups.html#groups',
  'groups/*': 'groups.html#groups',
  roles: 'groups.html#roles',
  'roles/*': 'groups.html#roles',
  claims: 'claims.html',
  access: 'authorization.html#ending-what-was-issued',
  keys: 'console.html#signing-keys',
  audit: 'audit.html',
  'audit/*': 'explain.html#by-event-id',
  webhooks: 'webhooks.html',
  import: 'import.html',
  settings: 'deployment-toml.html',
} as const satisfies Readonly<Record<string, string>>;

const isPlace = (place: string): place is keyof typeof HELP_PAGES => Object.hasOwn(HELP_PAGES, place);

/**
 * The page of the documentation for a place.
 * @param segments of its path
 */
export function helpPage(segments: readonly string[]): string {
  const [area = '', name, part] = segments;
  const places = [segments.join('/'), [area, '*', part].filter((each) => each !== undefined).join('/'), area];
  const place = (name === undefined ? [area] : places).find(isPlace);
  return place === undefined ? 'index.html' : HELP_PAGES[place];
}
