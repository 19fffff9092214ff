import type { error as english } from '../en/error.ts';
import type { Translation } from '../message.ts';

export const error: Translation<typeof english> = {
  'error.precondition_failed':
    'Jemand anderes hat es inzwischen geändert. Laden Sie es neu und sehen Sie sich den jetzigen Stand an.',
  'error.temporarily_unavailable':
    'Der Server erreicht seine Datenbank nicht. Versuchen Sie es gleich noch einmal.',
  'error.server_error': 'Im Server ist ein Fehler aufgetreten. Das Ereignis sagt mehr.',
};
