import type { jwks as english } from '../en/jwks.ts';
import type { Translation } from '../message.ts';

export const jwks: Translation<typeof english> = {
  'jwks.over-budget': 'Der Server hat gerade keinen Platz für einen weiteren Abruf.',
  'jwks.scheme': 'Die URI ist nicht https.',
  'jwks.address-not-allowed': 'Ihr Host hat eine Adresse, die der Server nicht erreichen darf.',
  'jwks.timeout': 'Es kam nicht rechtzeitig eine Antwort.',
  'jwks.too-large': 'Das Dokument ist zu groß.',
  'jwks.redirect': 'Die Antwort leitet weiter, und der Server folgt nicht.',
  'jwks.status': 'Die Antwort hat einen anderen Status als 200.',
  'jwks.media-type': 'Die Antwort hat einen anderen Medientyp als ein JWK Set.',
  'jwks.tls': 'Die TLS-Verbindung ist gescheitert.',
  'jwks.network': 'Es kam keine Verbindung zustande.',
  'jwks.html': 'Dort steht eine HTML-Seite und kein JWK Set.',
  'jwks.not-json': 'Was dort steht, ist kein JSON.',
  'jwks.too-deep': 'Das JSON ist zu tief verschachtelt.',
  'jwks.not-a-jwks': 'Das JSON ist kein JWK Set.',
  'jwks.too-many-keys': 'Es sind mehr Schlüssel, als der Server liest.',
  'jwks.duplicate-kid': 'Zwei Schlüssel haben dieselbe kid.',
  'jwks.unexpected': 'Der Server hatte selbst einen Fehler.',
};
