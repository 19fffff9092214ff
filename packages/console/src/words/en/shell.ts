/** The frame around every place. */
export const shell = {
  'shell.skip': 'Skip to the content',
  'shell.menu.open': 'Open the menu',
  'shell.menu.close': 'Close the menu',
  'shell.navigation': 'Console',
  'shell.language': 'Language',
  'shell.signout': 'Sign out',
} as const;
