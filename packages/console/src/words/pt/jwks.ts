import type { jwks as english } from '../en/jwks.ts';
import type { Translation } from '../message.ts';

export const jwks: Translation<typeof english> = {
  'jwks.over-budget': 'O servidor não tem lugar para mais uma busca agora.',
  'jwks.scheme': 'A URI não é https.',
  'jwks.address-not-allowed': 'O host está em um endereço que o servidor não pode alcançar.',
  'jwks.timeout': 'Nenhuma resposta chegou a tempo.',
  'jwks.too-large': 'O documento é grande demais.',
  'jwks.redirect': 'A resposta leva a outro lugar, e o servidor não a segue.',
  'jwks.status': 'A resposta tem um status diferente de 200.',
  'jwks.media-type': 'A resposta tem outro tipo de mídia que o de um JWK Set.',
  'jwks.tls': 'A conexão TLS falhou.',
  'jwks.network': 'Não houve conexão.',
  'jwks.html': 'Lá está uma página HTML, e não um JWK Set.',
  'jwks.not-json': 'O que está lá não é JSON.',
  'jwks.too-deep': 'O JSON está aninhado fundo demais.',
  'jwks.not-a-jwks': 'O JSON não é um JWK Set.',
  'jwks.too-many-keys': 'Há mais chaves do que o servidor lê.',
  'jwks.duplicate-kid': 'Duas das chaves têm o mesmo kid.',
  'jwks.unexpected': 'O próprio servidor teve um erro.',
};
