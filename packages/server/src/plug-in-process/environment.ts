/** What programs need to find their way, and no more: the variables of a server are often its secrets. */
const KEPT = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TZ', 'LANG', 'LANGUAGE', 'TMPDIR', 'TMP', 'TEMP'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['NODE_ENV', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE', 'NODE_USE_ENV_PROXY', 'NODE_USE_SYSTEM_CA'],
  // Windows
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
]);

/**
 * The environment of a plug-in's process.
 * @param environment the server's own
 * @param named what the deployment hands over beside
 */
export function reducedEnvironment(
  environment: Readonly<NodeJS.ProcessEnv>,
  named: readonly string[],
): NodeJS.ProcessEnv {
  const isKept = (name: string) =>
    named.includes(name) || KEPT.has(name.toUpperCase()) || name.toUpperCase().startsWith('LC_');
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isKept(name)));
}
