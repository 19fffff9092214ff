import type { ClientAuthenticator } from '../client-authentication/client-authenticator.ts';
import { none } from '../client-authentication/none.ts';
import { type LoadedAuthenticator, plugInAuthenticator } from '../client-authentication/plug-in.ts';
import { MUTUAL_TLS_CLIENT_AUTHENTICATOR } from '../config/deployment-schema.ts';
import type { StartSettings } from '../config/settings.ts';

/** Thrown when an `[[event_listener]]` names an authenticator that is not there; stops the start. */
export class UnknownAuthenticator extends Error {
  override readonly name = 'UnknownAuthenticator';
}

type Ordered = { readonly order: number; readonly authenticator: ClientAuthenticator };

/** The page's order of the mutual-TLS authenticator, kept where no `[[event_listener]]` gives another. */
const MUTUAL_TLS_ORDER = 158;
const OTHER_METHODS_ORDER = 200;

/**
 * The authenticator chain as `[[event_listener]]` orders it: the built-in methods always, the mutual-TLS ones
 * unless their entry is disabled, and the plug-ins that an enabled entry names. Of two entries that name the
 * same authenticator the later counts, so that one can be appended to the file.
 * @param mutualTls the authenticators that the mutual-TLS class name stands for
 * @throws UnknownAuthenticator
 */
export function orderedAuthenticators(
  listeners: StartSettings['event_listener'],
  mutualTls: readonly ClientAuthenticator[],
  others: readonly ClientAuthenticator[],
  plugIns: ReadonlyMap<string, LoadedAuthenticator>,
): readonly ClientAuthenticator[] {
  const byName = new Map(listeners.map((listener) => [listener.name, listener]));
  const configured = byName.get(MUTUAL_TLS_CLIENT_AUTHENTICATOR);
  const chain: Ordered[] = [none, ...others].map((authenticator) => ({
    order: OTHER_METHODS_ORDER,
    authenticator,
  }));
  if (configured?.enable !== false) {
    const order = configured?.order ?? MUTUAL_TLS_ORDER;
    chain.push(...mutualTls.map((authenticator) => ({ order, authenticator })));
  }
  for (const listener of byName.values()) {
    if (listener.name === MUTUAL_TLS_CLIENT_AUTHENTICATOR || !listener.enable) continue;
    const plugIn = plugIns.get(listener.name);
    if (!plugIn) {
      const known = [MUTUAL_TLS_CLIENT_AUTHENTICATOR, ...plugIns.keys()].join(', ');
      throw new UnknownAuthenticator(
        `[[event_listener]] ${listener.id}: no authenticator is named ${listener.name}; there are ${known}`,
      );
    }
    chain.push({ order: listener.order, authenticator: plugInAuthenticator(plugIn, listener.properties) });
  }
  return chain.sort((one, other) => one.order - other.order).map(({ authenticator }) => authenticator);
}
