/** What metrics call an endpoint, by the beginning of its path; longer beginnings first. */
const NAMES = [
  ['/oauth2/token', 'token'],
  ['/oauth2/authorize', 'authorize'],
  ['/oauth2/par', 'par'],
  ['/oauth2/introspect', 'introspect'],
  ['/oauth2/revoke', 'revoke'],
  ['/oauth2/jwks', 'jwks'],
  ['/oauth2/userinfo', 'userinfo'],
  ['/oauth2/device_authorize', 'device_authorize'],
  ['/oauth2/device', 'device'],
  ['/oauth2/bc-authorize', 'bc_authorize'],
  ['/oauth2/ciba', 'ciba'],
  ['/oauth2/register', 'register'],
  ['/api/identity/oauth2/dcr', 'register'],
  ['/oauth2/sign-in', 'sign_in'],
  ['/oauth2/consent', 'consent'],
  ['/account', 'account'],
  ['/oauth2/pages', 'pages'],
  ['/oidc/logout', 'logout'],
  ['/.well-known', 'metadata'],
  ['/health', 'health'],
  ['/api/admin/v1', 'admin'],
  ['/console', 'console'],
  ['/carbon', 'console'],
] as const;

/** Every name that metrics give: `other` is asked for by those who ask for what there is not. */
export type EndpointName = (typeof NAMES)[number][1] | 'other';

/** What metrics call the endpoint of a route, of which there are as many as are registered. @param route its path, with parameters as `:name` */
export function endpointName(route: string): EndpointName {
  const found = NAMES.find(([path]) => route === path || route.startsWith(`${path}/`));
  return found?.[1] ?? 'other';
}
