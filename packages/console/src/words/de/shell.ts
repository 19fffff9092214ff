import type { shell as english } from '../en/shell.ts';
import type { Translation } from '../message.ts';

export const shell: Translation<typeof english> = {
  'shell.skip': 'Zum Inhalt springen',
  'shell.menu.open': 'Menü öffnen',
  'shell.menu.close': 'Menü schließen',
  'shell.navigation': 'Konsole',
  'shell.language': 'Sprache',
  'shell.signout': 'Abmelden',
};
