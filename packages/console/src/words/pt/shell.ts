import type { shell as english } from '../en/shell.ts';
import type { Translation } from '../message.ts';

export const shell: Translation<typeof english> = {
  'shell.skip': 'Ir para o conteúdo',
  'shell.menu.open': 'Abrir o menu',
  'shell.menu.close': 'Fechar o menu',
  'shell.navigation': 'Console',
  'shell.language': 'Idioma',
  'shell.signout': 'Sair',
};
