import { withOpenHome } from '../run-command.ts';
import { type AdministrationOptions, serverTarget } from '../server-option.ts';
import type { Administration } from './administration.ts';

/**
 * Opens what a command administers for its time: the home folder, or the server elsewhere that its options or the
 * environment name. Either is loaded when it is needed alone.
 * @throws UsageError, NoHome, Refused
 */
export async function withAdministration(
  options: AdministrationOptions,
  work: (administration: Administration) => Promise<void>,
): Promise<void> {
  const target = serverTarget(options);
  if (target) {
    const { withServer } = await import('./of-server.ts');
    await withServer(target, work);
    return;
  }
  await withOpenHome(options, async (opened) => {
    const { administrationOfHome } = await import('./of-home.ts');
    const { administration, close } = administrationOfHome(opened);
    try {
      await work(administration);
    } finally {
      close();
    }
  });
}
