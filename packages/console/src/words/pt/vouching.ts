import type { vouching as english } from '../en/vouching.ts';
import type { Translation } from '../message.ts';

export const vouching: Translation<typeof english> = {
  'vouching.named': 'nomeado por {by} em {date}',
  'vouching.certificate-authority': 'uma autoridade certificadora, que não é de nenhum cliente',
  'vouching.trust-group': 'uma autoridade do seu grupo de confiança, que não é de nenhum cliente',
  'vouching.not-a-certificate-authority':
    'não é uma autoridade certificadora; basicConstraints ou keyUsage não o dizem',
  'vouching.unnamed': 'ninguém o nomeou, e [truststore] unnamed é "handshake"',
  'vouching.unreadable': 'as suas extensões não podem ser lidas',
  'vouching.certificate-of-a-client': 'o certificado de {clients}',
  'vouching.key-of-a-client': 'a sua chave é a de {clients}',
};
