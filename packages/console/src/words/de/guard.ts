import type { guard as english } from '../en/guard.ts';
import type { Translation } from '../message.ts';

export const guard: Translation<typeof english> = {
  'guard.keytitle': 'Das ist ein privater Schlüssel',
  'guard.keyrefused': 'Er wurde nicht angenommen, und nichts davon wurde gesendet.',
  'guard.keyexposed':
    'Betrachten Sie den Schlüssel als offengelegt: Er war in der Zwischenablage, und wer ihn gesehen hat, kann sich als sein Inhaber ausgeben.',
  'guard.keytodo':
    'Erzeugen Sie einen neuen Schlüssel und ein neues Zertifikat, registrieren Sie das Zertifikat hier und entfernen Sie das alte. Ein privater Schlüssel bleibt, wo er entstanden ist; der Server braucht nur das Zertifikat.',
  'guard.keyfield':
    'Hier stand ein privater Schlüssel. Er wurde nicht angenommen; betrachten Sie ihn als offengelegt: Erzeugen Sie einen neuen Schlüssel und fügen Sie nur sein Zertifikat ein.',
  'guard.keystore':
    '{file} ist ein Schlüsselspeicher, der einen privaten Schlüssel enthalten kann. Nichts davon wurde gesendet. Exportieren Sie nur das Zertifikat, als PEM.',
  'guard.keyfile':
    '{file} enthält einen privaten Schlüssel. Nichts davon wurde gesendet; betrachten Sie den Schlüssel als offengelegt, falls andere die Datei lesen konnten, und wählen Sie das Zertifikat.',
  'guard.understood': 'Verstanden',
  'guard.marks':
    'Dieser Name enthält unsichtbare Zeichen, die die Schreibrichtung umkehren oder sich verbergen: {shown}. Andere lesen womöglich einen anderen Namen, als dasteht.',
};
