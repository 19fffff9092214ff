/** Addresses that name no place. */
export const notfound = {
  'notfound.title': 'There is nothing here',
  'notfound.text': 'The address names no place of this console.',
  'notfound.overview': 'To the overview',
} as const;
