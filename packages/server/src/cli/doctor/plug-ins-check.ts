import { systemClock } from '../../clock.ts';
import { orderedAuthenticators, UnknownAuthenticator } from '../../server/authenticator-order.ts';
import { InvalidPlugIn, loadPlugIns } from '../../server/load-plug-ins.ts';
import { plugInFindings } from '../plug-in-findings.ts';
import { check } from './check.ts';
import { isRootAtAnothersHome, othersWritePlugIns } from './file-modes.ts';
import { failed, ok, warning } from './finding.ts';

/** A plug-in that takes its time is waited for as the server waits for it. */
const LIMIT_MS = 20_000;

/** Loads every plug-in as the server does, unless others could have written it. */
export const plugInsCheck = check(
  'plug-ins',
  async ({ configuration, paths }) => {
    const { atStart } = configuration;
    if (othersWritePlugIns(paths)) {
      return [
        warning('plug_in_not_loaded', `what is in ${paths.dropins} was not loaded: others can write it`),
      ];
    }
    if (isRootAtAnothersHome(paths)) {
      return [ok('not loaded: they would run as root here; run this as the user of the home')];
    }
    try {
      const plugIns = await loadPlugIns(paths.dropins, { settings: atStart.plug_ins });
      const { authenticators, grants } = plugIns;
      try {
        orderedAuthenticators(atStart.event_listener, [], [], authenticators);
      } finally {
        await plugIns.close();
      }
      const names = [...authenticators.keys(), ...grants.keys()];
      return [ok(names.length === 0 ? 'none' : names.join(', '))];
    } catch (error) {
      if (!(error instanceof InvalidPlugIn || error instanceof UnknownAuthenticator)) throw error;
      return [failed('plug_in_unusable', error.message)];
    }
  },
  { limit: LIMIT_MS },
);

/** Those that failed in running servers. */
export const plugInFailuresCheck = check('plug-ins', async ({ storage }) => {
  const opened = await storage();
  return opened === undefined ? [] : await plugInFindings(opened.events, systemClock());
});
