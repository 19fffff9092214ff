import type { FollowedConfiguration } from '../config/configuration.ts';
import { writeServerCertificate } from '../config/server-certificate.ts';
import type { BegunHome } from './open-home.ts';

/**
 * Keeps `server.pem` in step with the key store, now and whenever that is read anew. A home that may not be written does
 * without, and a file of the operator's stays: the server needs it for nothing.
 */
export async function keepServerCertificate(
  { home, log }: Pick<BegunHome, 'home' | 'log'>,
  configuration: Pick<FollowedConfiguration, 'atStart' | 'now' | 'stores' | 'onApplied'>,
): Promise<void> {
  let written = Promise.resolve();
  const write = async () => {
    try {
      await writeServerCertificate(home, configuration, configuration.stores().serverKey.chain);
    } catch (error) {
      log.info({ err: error }, 'server.pem, for clients to know this server by, is not written');
    }
  };
  configuration.onApplied(() => {
    written = written.then(write);
  });
  await write();
}
