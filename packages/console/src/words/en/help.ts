/** The way to the documentation. */
export const help = {
  'help.link': 'Help',
  'help.about': 'The documentation of this version about this place, in a new tab',
} as const;
