import type { keys as english } from '../en/keys.ts';
import type { Translation } from '../message.ts';

export const keys: Translation<typeof english> = {
  'keys.title': 'Signaturschlüssel',
  'keys.about':
    'Womit Tokens signiert und wofür Request Objects verschlüsselt werden. Der nächste Signaturschlüssel wird im Voraus veröffentlicht; ein Wechsel macht kein Token ungültig.',
  'keys.rotate': 'Wechseln',
  'keys.signs': 'signiert jetzt',
  'keys.signshint': 'Jedes neue Token wird damit signiert.',
  'keys.ahead': 'im Voraus veröffentlicht',
  'keys.aheadhint': 'Ressourcenserver kennen ihn bereits; er signiert nach dem nächsten Wechsel.',
  'keys.verifies': 'prüft nur',
  'keys.verifieshint': 'Er prüft, bis die damit signierten Tokens abgelaufen sind.',
  'keys.decrypts': 'entschlüsselt',
  'keys.decryptshint': 'Clients verschlüsseln ihre Request Objects dafür.',
  'keys.decryptsonly': 'entschlüsselt nur',
  'keys.decryptsonlyhint': 'Er öffnet, was vor dem Wechsel dafür verschlüsselt wurde.',
  'keys.newhint': 'Er signiert, sobald alle ihn kennen, die Tokens prüfen; bis dahin signiert der vorige.',
  'keys.made': 'Erzeugt',
  'keys.knownfrom': 'Allen bekannt ab',
  'keys.retired': 'Abgelöst',
  'keys.end': 'Diesen Schlüssel beenden',
  'keys.endtitle': 'Schlüssel {kid} beenden?',
  'keys.endsigned':
    'Er verschwindet sofort aus /oauth2/jwks. Jedem damit signierten, noch nicht abgelaufenen Token wird nicht mehr geglaubt: Access Tokens wie ID-Tokens. Ressourcenserver, die sich die Schlüssel merken, glauben ihnen womöglich etwas länger.',
  'keys.enddecrypts': 'Was dafür verschlüsselt wurde, lässt sich nicht mehr lesen.',
  'keys.endforgood':
    'Das lässt sich nicht rückgängig machen. Richtig ist es, wenn der Schlüssel gestohlen sein könnte oder niemand mehr ein Token davon hat.',
  'keys.ended': 'Der Schlüssel wurde beendet.',
  'keys.rotatetitle': 'Signaturschlüssel wechseln?',
  'keys.rotatehint':
    'Der im Voraus veröffentlichte Schlüssel signiert ab jetzt oder sobald alle ihn kennen, und ein neuer wird veröffentlicht. Tokens in Gebrauch bleiben gültig, und was für die jetzigen Schlüssel verschlüsselt wurde, bleibt lesbar. Ressourcenserver, die {jwks} lesen, brauchen nichts zu tun.',
  'keys.rotated': 'Gewechselt: Der im Voraus veröffentlichte Schlüssel signiert jetzt.',
};
