import type { revoking as english } from '../en/revoking.ts';
import type { Translation } from '../message.ts';

export const revoking: Translation<typeof english> = {
  'revoking.sessions.ask': { one: 'Encerrar {count} sessão?', other: 'Encerrar {count} sessões?' },
  'revoking.sessions.what': 'Essas pessoas precisam entrar de novo nesses navegadores.',
  'revoking.sessions.done': {
    one: '{count} sessão foi encerrada.',
    other: '{count} sessões foram encerradas.',
  },
  'revoking.consents.ask': {
    one: 'Revogar {count} consentimento?',
    other: 'Revogar {count} consentimentos?',
  },
  'revoking.consents.what':
    'Essas pessoas serão perguntadas de novo, e todos os tokens que vieram disso terminam.',
  'revoking.consents.done': {
    one: '{count} consentimento foi revogado.',
    other: '{count} consentimentos foram revogados.',
  },
  'revoking.grants.ask': { one: 'Revogar {count} autorização?', other: 'Revogar {count} autorizações?' },
  'revoking.grants.what': 'Todos os tokens que vieram delas terminam na hora, também os refresh tokens.',
  'revoking.grants.done': {
    one: '{count} autorização foi revogada.',
    other: '{count} autorizações foram revogadas.',
  },
};
