import type { help as english } from '../en/help.ts';
import type { Translation } from '../message.ts';

export const help: Translation<typeof english> = {
  'help.link': 'Ajuda',
  'help.about': 'A documentação desta versão sobre esta página, em inglês, em uma nova aba',
};
