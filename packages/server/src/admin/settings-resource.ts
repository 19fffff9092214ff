import { z } from 'zod';
import { type AdminRoute, adminRoute } from './route.ts';

const SettingAnswer = z
  .object({
    key: z.string().describe('The key of `deployment.toml`, dotted.'),
    description: z.string(),
    expected: z.string(),
    value: z
      .string()
      .optional()
      .describe('JSON of the value in force; absent for secrets and for what is not set.'),
    secret: z.boolean(),
    source: z
      .enum(['deployment.toml', 'default'])
      .describe('Whether the file sets it, or it holds by default.'),
    otherwise: z
      .string()
      .optional()
      .describe('What holds when the key is left out, where that is not a plain value.'),
    reload: z.enum(['live', 'restart']).describe('When a change counts.'),
  })
  .meta({ id: 'Setting' });
export type Setting = z.infer<typeof SettingAnswer>;

const SettingsSectionAnswer = z
  .object({
    section: z.string(),
    description: z.string(),
    repeated: z.boolean().describe('A list of tables, `[[section]]`; each has its own settings.'),
    settings: z.array(SettingAnswer),
  })
  .meta({ id: 'SettingsSection' });
export type SettingsSection = z.infer<typeof SettingsSectionAnswer>;

export const SettingsAnswer = z
  .object({ file: z.string(), sections: z.array(SettingsSectionAnswer) })
  .meta({ id: 'Settings' });

/** `/settings`: the configuration in force, to read; it is changed in `deployment.toml`. */
export function settingsRoutes(
  file: string,
  settings: () => Promise<readonly SettingsSection[]>,
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/settings',
      summary: 'Show every setting with its value, its source and when a change counts',
      tag: 'settings',
      area: 'settings',
      access: 'read',
      response: SettingsAnswer,
      handle: async () => ({ file, sections: [...(await settings())] }),
    }),
  ];
}
