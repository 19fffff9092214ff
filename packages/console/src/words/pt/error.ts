import type { error as english } from '../en/error.ts';
import type { Translation } from '../message.ts';

export const error: Translation<typeof english> = {
  'error.precondition_failed': 'Outra pessoa o alterou entretanto. Recarregue e veja o que há agora.',
  'error.temporarily_unavailable': 'O servidor não alcança o banco de dados. Tente de novo em instantes.',
  'error.server_error': 'Houve um erro no servidor. O evento diz mais.',
};
