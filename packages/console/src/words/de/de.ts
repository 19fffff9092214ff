import type { Catalogue } from '../en/en.ts';
import { certificates } from './certificates.ts';
import { common } from './common.ts';
import { component } from './component.ts';
import { keys } from './keys.ts';
import { overview } from './overview.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { trust } from './trust.ts';

export const de: Catalogue = {
  ...common,
  ...component,
  ...session,
  ...overview,
  ...certificates,
  ...keys,
  ...settings,
  ...trust,
  ...shell,
};
