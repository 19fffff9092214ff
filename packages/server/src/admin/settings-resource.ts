import { z } from 'zod';
import { type AdminRoute, adminRoute } from './route.ts';

export const SettingAnswer = z.object({
  /** The key of `deployment.toml`, dotted. */
  key: z.string(),
  description: z.string(),
  expected: z.string(),
  /** JSON of the value in force; absent for secrets and for what is not set. */
  value: z.string().optional(),
  secret: z.boolean(),
  /** Whether the file sets it, or it holds by default. */
  source: z.enum(['deployment.toml', 'default']),
  /** What holds when the key is left out, where that is not a plain value. */
  otherwise: z.string().optional(),
  reload: z.enum(['live', 'restart']),
});
export type Setting = z.infer<typeof SettingAnswer>;

export const SettingsSectionAnswer = z.object({
  section: z.string(),
  description: z.string(),
  /** A list of tables, `[[section]]`; each has its own settings. */
  repeated: z.boolean(),
  settings: z.array(SettingAnswer),
});
export type SettingsSection = z.infer<typeof SettingsSectionAnswer>;

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
      scope: 'admin:read',
      response: z.object({ file: z.string(), sections: z.array(SettingsSectionAnswer) }),
      handle: async () => ({ file, sections: [...(await settings())] }),
    }),
  ];
}
