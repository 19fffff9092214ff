/** What the paths of this server begin with, of which a path of an issuer may be one as well. */
const OWN: ReadonlySet<string> = new Set([
  '',
  '.well-known',
  'account',
  'api',
  'carbon',
  'console',
  'health',
  'oauth2',
  'oidc',
]);

const firstSegment = (path: string): string => path.slice(1).split(/[/?#]/, 1)[0] ?? '';

/**
 * Takes the path of an issuer off the target of a request, for proxies that pass on what they were asked for, so that
 * everything behind stands at the root as it does for those that take it off themselves. What is left must be a place of this
 * server: where the path of the issuer is called like one, a target that was taken off already stays as it is.
 * @param bases URLs that this server is reached by
 * @returns the target without its path, or as it was
 */
export function takingOffBasePath(bases: readonly string[]): (target: string) => string {
  const paths = [...new Set(bases.map((base) => new URL(base).pathname.replace(/\/$/, '')))].filter(
    (path) => path !== '',
  );
  if (paths.length === 0) return (target) => target;
  return (target) => {
    for (const path of paths) {
      if (!target.startsWith(path)) continue;
      const rest = target.slice(path.length);
      if (rest === '' || rest.startsWith('?')) {
        if (!OWN.has(firstSegment(path))) return `/${rest}`;
      } else if (rest.startsWith('/') && OWN.has(firstSegment(rest))) {
        return rest;
      }
    }
    return target;
  };
}
