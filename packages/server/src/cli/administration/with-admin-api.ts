import { z } from 'zod';
import type { OpenHome } from '../../server/open-home.ts';
import { operator, Refused, withOpenHome } from '../run-command.ts';
import { type AdministrationOptions, serverTarget } from '../server-option.ts';
import { type AdminApi, openAdminApi, readingBy, requestOf } from './admin-api-client.ts';

const Failure = z.object({ error_description: z.string() });

/**
 * Opens the admin API of what a command administers, for its time: of the server elsewhere that its options or the
 * environment name, or of the home folder, where the operator at the command line does what owners do.
 * @throws UsageError, NoHome, Refused
 */
export async function withAdminApi(
  options: AdministrationOptions,
  work: (api: AdminApi) => Promise<void>,
): Promise<void> {
  const target = serverTarget(options);
  if (target) {
    const api = await openAdminApi(target);
    try {
      await work(api);
    } finally {
      await api.close();
    }
    return;
  }
  await withOpenHome(options, async (opened) => {
    const api = await adminApiOfHome(opened);
    try {
      await work(api);
    } finally {
      await api.close();
    }
  });
}

/** The admin API of a home that is open here, where the operator at the command line does what owners do. */
export async function adminApiOfHome(opened: OpenHome): Promise<AdminApi> {
  const [{ openToldTrustStores }, { adminOfHome }] = await Promise.all([
    import('./trust-of-home.ts'),
    import('../../server/admin-of-home.ts'),
  ]);
  const trust = await openToldTrustStores(opened);
  const { ask, close } = await adminOfHome(opened, trust, operator());
  return {
    ...readingBy(
      (asking) => ask(requestOf(asking)),
      'the home',
      ({ text }) => new Refused(Failure.parse(JSON.parse(text)).error_description),
    ),
    clock: opened.clock,
    async close() {
      await close();
      trust.close();
    },
  };
}
