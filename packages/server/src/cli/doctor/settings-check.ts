import { readFile } from 'node:fs/promises';
import { readToml } from '../../config/toml-source.ts';
import { check } from './check.ts';
import { exposureFindings } from './exposure-findings.ts';
import { ok } from './finding.ts';
import { settingFindings } from './setting-findings.ts';

/** What deployment.toml says, held against the production guide. */
export const settingsCheck = check('settings', async (examination) => {
  const { configuration, paths, profile } = examination;
  const { table } = readToml(await readFile(paths.deployment, 'utf8'));
  const settings = { atStart: configuration.atStart, now: configuration.now(), profile, table };
  const heldAgainst =
    profile === 'production'
      ? 'held against the production guide'
      : `${configuration.atStart.server.base_url}: a home for development; --profile production holds it against the production guide`;
  return [ok(heldAgainst), ...exposureFindings(settings), ...settingFindings(settings)];
});
