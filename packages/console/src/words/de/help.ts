import type { help as english } from '../en/help.ts';
import type { Translation } from '../message.ts';

export const help: Translation<typeof english> = {
  'help.link': 'Hilfe',
  'help.about': 'Die Dokumentation dieser Version zu dieser Seite, auf Englisch, in einem neuen Tab',
};
