import type { keys as english } from '../en/keys.ts';
import type { Translation } from '../message.ts';

export const keys: Translation<typeof english> = {
  'keys.title': 'Chaves de assinatura',
  'keys.about':
    'Com que os tokens são assinados e para que os request objects são cifrados. A próxima chave de assinatura é publicada com antecedência; uma rotação não invalida nenhum token.',
  'keys.rotate': 'Rotacionar',
  'keys.signs': 'assina agora',
  'keys.signshint': 'Todo token novo é assinado com ela.',
  'keys.ahead': 'publicada com antecedência',
  'keys.aheadhint': 'Os servidores de recursos já a conhecem; ela assina depois da próxima rotação.',
  'keys.verifies': 'só verifica',
  'keys.verifieshint': 'Ela verifica até que os tokens que assinou tenham terminado.',
  'keys.decrypts': 'decifra',
  'keys.decryptshint': 'Os clientes cifram seus request objects para ela.',
  'keys.decryptsonly': 'só decifra',
  'keys.decryptsonlyhint': 'Ela abre o que foi cifrado para ela antes da rotação.',
  'keys.newhint':
    'Ela assina assim que todos os que verificam tokens a conhecerem; até lá, assina a anterior.',
  'keys.made': 'Criada',
  'keys.knownfrom': 'Conhecida por todos a partir de',
  'keys.retired': 'Aposentada',
  'keys.end': 'Encerrar esta chave',
  'keys.endtitle': 'Encerrar a chave {kid}?',
  'keys.endsigned':
    'Ela sai imediatamente de /oauth2/jwks. Nenhum token assinado por ela que ainda não tenha terminado é aceito daí em diante: nem access tokens nem ID tokens. Servidores de recursos que guardam as chaves podem aceitá-los por mais algum tempo.',
  'keys.enddecrypts': 'O que foi cifrado para ela não poderá mais ser lido.',
  'keys.endforgood':
    'Isso não pode ser desfeito. É o certo quando a chave pode ter sido roubada ou quando ninguém mais tem um token dela.',
  'keys.ended': 'A chave foi encerrada.',
  'keys.rotatetitle': 'Rotacionar as chaves de assinatura?',
  'keys.rotatehint':
    'A chave publicada com antecedência passa a assinar agora, ou assim que todos a conhecerem, e uma nova é publicada. Os tokens em uso continuam válidos, e o que foi cifrado para as chaves atuais ainda pode ser lido. Servidores de recursos que leem {jwks} não precisam fazer nada.',
  'keys.rotated': 'Rotacionada: a chave publicada com antecedência assina agora.',
};
