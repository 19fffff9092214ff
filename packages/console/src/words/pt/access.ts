import type { access as english } from '../en/access.ts';
import type { Translation } from '../message.ts';

export const access: Translation<typeof english> = {
  'access.title': 'Sessões e tokens',
  'access.about': 'Quem entrou, com o que as pessoas concordaram e o que resultou disso.',
  'access.consents': 'Consentimentos',
  'access.grants': 'Autorizações',
  'access.noconsents': 'Ninguém concordou com nada ainda.',
  'access.agreed': 'Concordou com',
  'access.revoke': 'Revogar',
  'access.revokeconsent': 'Revogar este consentimento?',
  'access.revokeconsenttext':
    '{user} será perguntado de novo, e todo token que {client} tem por {user} termina.',
  'access.inforce': 'Autorizações em vigor',
  'access.nogrants': 'Nenhuma autorização em vigor.',
  'access.since': 'Desde',
  'access.revokegrant': 'Revogar esta autorização?',
  'access.revokegranttext':
    'Todo token que {client} recebeu por {user} com ela termina de imediato, também os refresh tokens.',
  'access.nosessions': 'Ninguém entrou.',
  'access.signedin': 'Entrou',
  'access.by': 'Por',
  'access.endsession': 'Encerrar esta sessão?',
  'access.endsessiontext': '{user} terá de entrar novamente nesse navegador.',
  'access.done': 'Feito.',
};
