/** Signing and decryption keys. */
export const keys = {
  'keys.title': 'Signing keys',
  'keys.about':
    'What tokens are signed with, and request objects encrypted to. The next signing key is published ahead, so a rotation breaks no token.',
  'keys.rotate': 'Rotate',
  'keys.signs': 'signs now',
  'keys.signshint': 'Every new token is signed with it.',
  'keys.ahead': 'published ahead',
  'keys.aheadhint': 'Resource servers know it already; it signs after the next rotation.',
  'keys.verifies': 'verifies only',
  'keys.verifieshint': 'It verifies until the tokens it signed have ended.',
  'keys.decrypts': 'decrypts',
  'keys.decryptshint': 'Clients encrypt their request objects to it.',
  'keys.decryptsonly': 'decrypts only',
  'keys.decryptsonlyhint': 'It opens what was encrypted to it before the rotation.',
  'keys.newhint': 'It signs once everybody who verifies tokens knows it; until then the one before it.',
  'keys.made': 'Made',
  'keys.knownfrom': 'Known to all from',
  'keys.retired': 'Retired',
  'keys.end': 'End this key',
  'keys.endtitle': 'End the key {kid}?',
  'keys.endsigned':
    'It leaves /oauth2/jwks at once. Every token it signed and that has not ended yet is no longer believed: access tokens and ID tokens alike. Resource servers that remember the keys may believe them a little longer.',
  'keys.enddecrypts': 'What was encrypted to it can no longer be read.',
  'keys.endforgood':
    'It cannot be taken back. A key may have been stolen, or nobody holds a token of it any more: then it is right.',
  'keys.ended': 'The key was ended.',
  'keys.rotatetitle': 'Rotate the signing keys?',
  'keys.rotatehint':
    'The key published ahead signs from now on, or once everybody knows it, and a new one is published. Tokens in use stay good, and what was encrypted to the keys of now can still be read. Resource servers that read {jwks} need nothing.',
  'keys.rotated': 'Rotated: the key published ahead signs now.',
} as const;
