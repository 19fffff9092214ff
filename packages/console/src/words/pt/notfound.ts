import type { notfound as english } from '../en/notfound.ts';
import type { Translation } from '../message.ts';

export const notfound: Translation<typeof english> = {
  'notfound.title': 'Não há nada aqui',
  'notfound.text': 'O endereço não corresponde a nenhum lugar deste console.',
  'notfound.overview': 'Ir para a visão geral',
};
