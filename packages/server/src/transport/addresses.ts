import { takingOffBasePath } from './base-path.ts';

/** The addresses of other servers that are answered, under their names in `[aliases]` of deployment.toml. */
export type AliasSettings = {
  readonly keycloak_realms: readonly string[];
  readonly wso2: boolean;
  readonly wso2_tenants: readonly string[];
};

/** Where a request goes that asked for a target. */
export type Addressed = {
  /** The place of this server. */
  readonly target: string;
  /**
   * URLs of the endpoint and of the token endpoint as a client of the other server knows them: what it signs is for
   * these. Empty where the request came to an address of this server.
   */
  readonly known_as: readonly string[];
};

/** Places of a realm of Keycloak, below its path. */
const OF_REALM: Readonly<Record<string, string>> = {
  '/.well-known/openid-configuration': '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server': '/.well-known/oauth-authorization-server',
  '/protocol/openid-connect/auth': '/oauth2/authorize',
  '/protocol/openid-connect/token': '/oauth2/token',
  '/protocol/openid-connect/token/introspect': '/oauth2/introspect',
  '/protocol/openid-connect/userinfo': '/oauth2/userinfo',
  '/protocol/openid-connect/logout': '/oidc/logout',
  '/protocol/openid-connect/certs': '/oauth2/jwks',
  '/protocol/openid-connect/revoke': '/oauth2/revoke',
  '/protocol/openid-connect/auth/device': '/oauth2/device_authorize',
  '/protocol/openid-connect/ext/ciba/auth': '/oauth2/bc-authorize',
  '/protocol/openid-connect/ext/par/request': '/oauth2/par',
  '/clients-registrations/openid-connect': '/oauth2/register',
  '/device': '/oauth2/device',
  '/account': '/account',
  '/account/': '/account',
};
const REALM_TOKEN = '/protocol/openid-connect/token';
/** Of this server, and of WSO2. */
const TOKEN = '/oauth2/token';

/** Places of WSO2's discovery, which stand at the root and below each tenant. */
const OF_WSO2: Readonly<Record<string, string>> = {
  '/oauth2/token/.well-known/openid-configuration': '/.well-known/openid-configuration',
  '/oauth2/oidcdiscovery/.well-known/openid-configuration': '/.well-known/openid-configuration',
};
/** Places that a tenant has as they are at the root. */
const OF_TENANT = [
  'authorize',
  'token',
  'introspect',
  'revoke',
  'jwks',
  'userinfo',
  'device_authorize',
  'par',
].map((name) => `/oauth2/${name}`);
/** Where clients register themselves; behind it comes whom they change. */
const REGISTRATION = '/api/identity/oauth2/dcr/v1.1/register';

/** One address of another server: the place of this one, and below what base its token endpoint stands, and where. */
type Place = { readonly own: string; readonly base: string; readonly token: string };

function placesOf({ keycloak_realms, wso2, wso2_tenants }: AliasSettings): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const realm of keycloak_realms.map(encodeURIComponent)) {
    for (const base of [`/realms/${realm}`, `/auth/realms/${realm}`]) {
      const below = { base, token: REALM_TOKEN };
      for (const [path, own] of Object.entries(OF_REALM)) places.set(`${base}${path}`, { own, ...below });
      // RFC 8414 §3.1 puts the path of an issuer behind the name.
      const own = '/.well-known/oauth-authorization-server';
      places.set(`${own}${base}`, { own, ...below });
    }
  }
  if (wso2) {
    for (const [path, own] of Object.entries(OF_WSO2)) places.set(path, { own, base: '', token: TOKEN });
  }
  for (const tenant of wso2_tenants.map(encodeURIComponent)) {
    const base = `/t/${tenant}`;
    const below = { base, token: TOKEN };
    for (const path of [...OF_TENANT, '/oidc/logout', REGISTRATION])
      places.set(`${base}${path}`, { own: path, ...below });
    places.set(`${base}/oauth2/ciba`, { own: '/oauth2/bc-authorize', ...below });
    for (const [path, own] of Object.entries(OF_WSO2)) places.set(`${base}${path}`, { own, ...below });
  }
  return places;
}

/** A path of characters that are written in one way alone: those that `encodeURIComponent` leaves as they are. */
const PLAIN = /^[A-Za-z0-9/_.~!'()*-]*$/;

/** Names are written in a path in several ways; here all of them in one. */
const normalPath = (path: string): string => {
  if (PLAIN.test(path)) return path;
  try {
    return path
      .split('/')
      .map((part) => encodeURIComponent(decodeURIComponent(part)))
      .join('/');
  } catch {
    return path;
  }
};

/** The place of an address, and what stands behind it where clients change what they registered. */
function placeIn(places: ReadonlyMap<string, Place>, path: string): Place | undefined {
  const exact = places.get(path);
  if (exact) return exact;
  const [, before = '', client_id] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
  const place = places.get(before);
  const isManaged = place?.own === '/oauth2/register' || place?.own === REGISTRATION;
  return place && isManaged ? { ...place, own: `${place.own}/${client_id}` } : undefined;
}

/**
 * Finds the place of this server that a request asks for: an address of another server that `[aliases]` names, or one of
 * its own with the path of an issuer before it or taken off ({@link takingOffBasePath}).
 * @param bases URLs that this server is reached by
 * @param settings `[aliases]` of now
 */
export function findingPlaces(
  bases: readonly string[],
  settings: () => AliasSettings,
): (target: string) => Addressed {
  const takeOff = takingOffBasePath(bases);
  const reached = [...new Set(bases)].map((base) => new URL(base));
  const origins = [...new Set(reached.map(({ origin }) => origin))];
  const paths = [...new Set(reached.map(({ pathname }) => pathname.replace(/\/$/, '')))].filter(
    (path) => path !== '',
  );
  let known: { readonly of: AliasSettings; readonly places: ReadonlyMap<string, Place> } | undefined;

  const placesNow = (): ReadonlyMap<string, Place> => {
    const of = settings();
    if (known?.of !== of) known = { of, places: placesOf(of) };
    return known.places;
  };
  /** @param path as the client writes it, in whose way its token endpoint is written, too */
  const knownAs = (path: string, { base, token }: Pick<Place, 'base' | 'token'>): readonly string[] => {
    const written = path.split('/').slice(0, base.split('/').length).join('/');
    const below = normalPath(written) === base ? written : base;
    return [...new Set(origins.flatMap((origin) => [`${origin}${path}`, `${origin}${below}${token}`]))];
  };

  return (target) => {
    const places = placesNow();
    const taken = takeOff(target);
    if (places.size === 0) return { target: taken, known_as: [] };
    const end = target.search(/[?#]/);
    const asked = end < 0 ? target : target.slice(0, end);
    const rest = end < 0 ? '' : target.slice(end);
    // A proxy may have taken the path of the issuer off an address that begins with it.
    for (const path of ['', ...paths].map((base) => `${base}${asked}`)) {
      const place = placeIn(places, normalPath(path));
      if (place) return { target: `${place.own}${rest}`, known_as: knownAs(path, place) };
    }
    // WSO2's addresses are those of this server: where the issuer has a path they stand beside it.
    const isBeside =
      settings().wso2 && paths.length > 0 && paths.every((path) => !target.startsWith(`${path}/`));
    return { target: taken, known_as: isBeside ? knownAs(asked, { base: '', token: TOKEN }) : [] };
  };
}
