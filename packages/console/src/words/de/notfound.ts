import type { notfound as english } from '../en/notfound.ts';
import type { Translation } from '../message.ts';

export const notfound: Translation<typeof english> = {
  'notfound.title': 'Hier ist nichts',
  'notfound.text': 'Die Adresse nennt keinen Ort dieser Konsole.',
  'notfound.overview': 'Zum Überblick',
};
