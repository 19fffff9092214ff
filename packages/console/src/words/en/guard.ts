/** What is judged before it leaves the browser, wherever it is typed. */
export const guard = {
  'guard.keytitle': 'This is a private key',
  'guard.keyrefused': 'It was not taken, and nothing of it was sent.',
  'guard.keyexposed':
    'Treat the key as exposed: it has been in the clipboard, and whoever has seen it can pass for its owner.',
  'guard.keytodo':
    'Make a new key and a new certificate, have the certificate registered here, and take the old one away. A private key stays where it was made; the server needs the certificate alone.',
  'guard.keyfield':
    'This held a private key. It was not taken; treat it as exposed: make a new key and paste its certificate alone.',
  'guard.keystore':
    '{file} is a key store, which may hold a private key. Nothing of it was sent. Export the certificate alone, as PEM.',
  'guard.keyfile':
    '{file} holds a private key. Nothing of it was sent; treat the key as exposed if others could read the file, and choose the certificate.',
  'guard.understood': 'Understood',
  'guard.marks':
    'This name has invisible marks that turn the direction of writing or hide: {shown}. People may read another name than there is.',
} as const;
