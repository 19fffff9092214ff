import type { shell as english } from '../en/shell.ts';
import type { Translation } from '../message.ts';

export const shell: Translation<typeof english> = {
  'shell.skip': 'Saltar para o conteúdo',
  'shell.menu.open': 'Abrir o menu',
  'shell.menu.close': 'Fechar o menu',
  'shell.navigation': 'Consola',
  'shell.language': 'Idioma',
  'shell.signout': 'Terminar sessão',
};
