import type { finding as english } from '../en/finding.ts';
import type { Translation } from '../message.ts';

export const finding: Translation<typeof english> = {
  'finding.expired': 'Expirou em {until}.',
  'finding.not-yet-valid': 'Não é válido antes de {from}.',
  'finding.expires-soon': 'Expira em {days}, em {until}.',
  'finding.weak-key': 'A sua chave é fraca ou incomum: {presented}; esperado {expected}.',
  'finding.weak-signature': 'A sua assinatura é fraca ou incomum: {presented}; esperado {expected}.',
  'finding.not-for-client-auth':
    'Não foi feito para autenticação de clientes: {presented}; esperado {expected}.',
  'finding.certificate-authority':
    'É uma autoridade certificadora, como “openssl req -x509” as cria. Para um cliente autoassinado isso não faz mal.',
  'finding.used-by-another-client':
    'Já está registrado para {clientname} ({clientid}); cada um poderia agir como o outro.',
  'finding.used-by-an-administrator':
    'Um administrador entra com ele; se um cliente também o tiver, esse administrador deixa de poder.',
  'finding.renewal':
    'Renova {before}, registrado para este cliente: a chave é a mesma, a impressão não; por isso também precisa ser registrado.',
  'finding.no-certificate-authority':
    'Não é uma autoridade certificadora: pela regra não responde por ninguém.',
};
