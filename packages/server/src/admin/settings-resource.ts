import { z } from 'zod';
import type { Actor } from '../registration/actor.ts';
import type { Expected } from '../registration/unit-of-change.ts';
import { type AdminRoute, adminRoute, PreconditionRequired } from './route.ts';

const FormAnswer = z
  .object({
    kind: z.enum(['text', 'number', 'boolean', 'choice', 'list']),
    choices: z.array(z.string()).optional().describe('Of a choice.'),
    of: z.enum(['text', 'number']).optional().describe('Of a list: what each of it is.'),
  })
  .meta({ id: 'SettingForm' });

/** Why a setting is changed in the file alone; `config/changeable-settings.ts` says which are. */
const FIXED = ['restart', 'secret', 'machine', 'trust', 'reach', 'evidence', 'name', 'form'] as const;

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
    fixed: z
      .enum(FIXED)
      .optional()
      .describe(
        'Why it is changed in the file alone: only a restart takes it up, it is a secret, it names a file of the machine, it says whom the server believes, what it may reach, or how long what happened stays known, others refer to what it names, or it is no plain value. Absent where `PATCH /settings` changes it.',
      ),
    form: FormAnswer.optional().describe(
      'What a value is; absent where it is no plain value or list of these.',
    ),
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
  .object({
    file: z.string(),
    node: z.string().optional().describe('The node whose file it is: its host name and home folder.'),
    nodes: z
      .int()
      .optional()
      .describe('How many nodes share the database; each has a `deployment.toml` of its own.'),
    problem: z
      .string()
      .optional()
      .describe('Why the file cannot be used as it is; the last good one is in force.'),
    read_only: z.string().optional().describe('Why `PATCH` cannot change the file, whatever the change is.'),
    waiting: z
      .array(z.string())
      .optional()
      .describe('Keys that were changed in the file and count from the next start on.'),
    sections: z.array(SettingsSectionAnswer),
  })
  .meta({ id: 'Settings' });
export type SettingsView = z.infer<typeof SettingsAnswer>;

const Plain = z.union([z.string().max(2000), z.int(), z.boolean()]);
export type PlainValue = z.infer<typeof Plain>;
export type NewSettings = Readonly<Record<string, PlainValue | readonly PlainValue[] | null>>;
const ChangesBody = z
  .strictObject({
    changes: z
      .record(z.string().max(200), z.union([Plain, z.array(Plain).max(1000), z.null()]))
      .refine((changes) => Object.keys(changes).length > 0, 'names no setting')
      .refine((changes) => Object.keys(changes).length <= 100, 'are more than 100 at once')
      .describe('New values by key; null takes a key out of the file, so that its default holds.'),
  })
  .meta({ id: 'SettingsChanges' });

const PreviewAnswer = z
  .object({
    file: z.string(),
    node: z.string(),
    keys: z.array(z.string()).describe('Those whose value would be another.'),
    lines: z
      .array(
        z
          .object({
            line: z.int().describe('Where it would begin in the changed file.'),
            removed: z.array(z.string()),
            added: z.array(z.string()),
          })
          .meta({ id: 'ChangedLines' }),
      )
      .describe('What would be different in the file.'),
  })
  .meta({ id: 'SettingsPreview' });
export type SettingsPreview = z.infer<typeof PreviewAnswer>;

/** Changes of deployment.toml, on the node that is asked. */
export type SettingsChanges = {
  /**
   * What a change would do to the file, without doing it.
   * @returns with the version of the file that it was made from
   * @throws InvalidInput, UnchangeableDeployment, RevisionMismatch
   */
  preview(
    changes: NewSettings,
    expected: Expected<string>,
  ): Promise<{ readonly preview: SettingsPreview; readonly version: string }>;
  /** Writes the file, whole or not at all, and has every process of the node take it up. @throws as `preview` */
  change(changes: NewSettings, by: Actor, expected: Expected<string>): Promise<void>;
};

/** The settings as they are now, and the version of the file; undefined while it cannot be read. */
export type DescribeSettings = () => Promise<{
  readonly settings: SettingsView;
  readonly version: string | undefined;
}>;

const tag = 'settings';

/** Roles and scopes that write settings were given to have webhooks sent again: what the server does is for owners. */
const OWNERS = { area: 'settings', access: 'write', also: 'administrators:write' } as const;

/**
 * `/settings`: the configuration in force, and changes of what a running server takes up.
 * @param changes undefined where nothing is changed this way
 */
export function settingsRoutes(
  describe: DescribeSettings,
  changes: SettingsChanges | undefined,
): readonly AdminRoute[] {
  const shown = async (showRevision: (revision: string) => void) => {
    const { settings, version } = await describe();
    if (version !== undefined) showRevision(version);
    return settings;
  };
  const reading = adminRoute({
    method: 'GET',
    path: '/settings',
    summary: 'Show every setting with its value, its source and when a change counts',
    tag,
    area: 'settings',
    access: 'read',
    response: SettingsAnswer,
    versioned: 'shown',
    handle: ({ showRevision }) => shown(showRevision),
  });
  if (!changes) return [reading];
  return [
    reading,
    adminRoute({
      method: 'POST',
      path: '/settings/preview',
      summary:
        'Show what a change would do to the deployment.toml of the node that is asked, without doing it',
      tag,
      ...OWNERS,
      body: ChangesBody,
      response: PreviewAnswer,
      versioned: 'conditional',
      handle: async ({ body, expectedTags, showRevision }) => {
        const { preview, version } = await changes.preview(body.changes, expectedTags);
        showRevision(version);
        return preview;
      },
    }),
    adminRoute({
      method: 'PATCH',
      path: '/settings',
      summary:
        'Change settings that a running server takes up, in the deployment.toml of the node that is asked; its comments and order stay',
      tag,
      ...OWNERS,
      body: ChangesBody,
      response: SettingsAnswer,
      versioned: 'conditional',
      handle: async ({ body, administrator, isConditional, expectedTags, showRevision }) => {
        if (!isConditional) throw new PreconditionRequired('deployment.toml');
        await changes.change(body.changes, administrator, expectedTags);
        return shown(showRevision);
      },
    }),
  ];
}
