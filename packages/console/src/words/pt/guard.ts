import type { guard as english } from '../en/guard.ts';
import type { Translation } from '../message.ts';

export const guard: Translation<typeof english> = {
  'guard.keytitle': 'Isto é uma chave privada',
  'guard.keyrefused': 'Não foi aceite, e nada dela foi enviado.',
  'guard.keyexposed':
    'Considere a chave exposta: esteve na área de transferência, e quem a viu pode fazer-se passar pelo seu titular.',
  'guard.keytodo':
    'Gere uma nova chave e um novo certificado, registre aqui o certificado e remova o antigo. Uma chave privada fica onde foi gerada; o servidor precisa apenas do certificado.',
  'guard.keyfield':
    'Aqui estava uma chave privada. Não foi aceite; considere-a exposta: gere uma nova chave e cole apenas o certificado dela.',
  'guard.keystore':
    '{file} é um repositório de chaves, que pode conter uma chave privada. Nada dele foi enviado. Exporte apenas o certificado, em PEM.',
  'guard.keyfile':
    '{file} contém uma chave privada. Nada dele foi enviado; considere a chave exposta se outros puderam ler o arquivo, e escolha o certificado.',
  'guard.understood': 'Entendido',
  'guard.marks':
    'Este nome tem marcas invisíveis que invertem a direção da escrita ou se escondem: {shown}. As pessoas podem ler um nome diferente do que existe.',
};
