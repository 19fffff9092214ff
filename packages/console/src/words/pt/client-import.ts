import type { clientImport as english } from '../en/client-import.ts';
import type { Translation } from '../message.ts';

export const clientImport: Translation<typeof english> = {
  'clientimport.title': 'Importar clientes',
  'clientimport.about':
    'Registra os clientes de um arquivo. Primeiro cada um é apenas verificado e nada é gravado; depois cada um é registrado separadamente.',
  'clientimport.elsewhere':
    'O que outro servidor tem, incluindo pessoas, segredos e confiança, entra por {place}.',
  'clientimport.elsewhere.place': '“Importação”, em “Servidor”',
  'clientimport.kinds': 'Um arquivo salvo por Exportar, JSON, linhas de JSON ou CSV.',
  'clientimport.orpaste': 'Ou cole o conteúdo',
  'clientimport.pastehint':
    'Dados com os nomes da RFC 7591, um cliente por linha; ou CSV com esses nomes na primeira linha.',
  'clientimport.judge': 'Ver o resultado antes',
  'clientimport.judging': {
    one: '{count} cliente verificado até agora.',
    other: '{count} clientes verificados até agora.',
  },
  'clientimport.large': '{file} tem mais de 32 MB: use countersign client add --from.',
  'clientimport.nobody': 'Não há nenhum cliente no arquivo.',
  'clientimport.nocolumns':
    'Isto não é JSON nem CSV de clientes: a primeira linha de uma tabela precisa ter client_name ou client_id.',
  'clientimport.nojson': 'Isto não é JSON.',
  'clientimport.notcsv': 'A linha {row} não é CSV: há aspas não fechadas, ou algo depois delas.',
  'clientimport.noobject': 'Isto não é um objeto JSON.',
  'clientimport.twice': 'A linha {place} tem o mesmo client_id.',
  'clientimport.notjudged': 'Não foi possível verificá-los',
  'clientimport.brokeoff':
    'A importação foi interrompida; o que está marcado como novo pode ser tentado de novo, e nada é criado duas vezes',
  'clientimport.clients': 'Clientes do arquivo',
  'clientimport.wouldcome': 'O que resultaria',
  'clientimport.came': 'O que resultou',
  'clientimport.download': 'Resultados em JSON',
  'clientimport.secrets': 'Foram criados segredos',
  'clientimport.secretshint': 'Eles aparecem aqui agora e nunca mais: salve os resultados ou copie cada um.',
  'clientimport.bringin': {
    one: 'Importar {count} cliente',
    other: 'Importar {count} clientes',
  },
  'clientimport.goon': {
    one: 'Continuar com {count} cliente',
    other: 'Continuar com {count} clientes',
  },
  'clientimport.firstof':
    'Os primeiros {shown} de {total}, a começar pelos que pedem atenção. O JSON tem todos.',
  'clientimport.counted': '{count} {outcome}',
  'clientimport.row': 'Linha',
  'clientimport.noname': 'sem nome',
  'clientimport.new': 'novo',
  'clientimport.added': 'importado',
  'clientimport.same': 'já existe',
  'clientimport.differs': 'há outro aqui',
  'clientimport.unreadable': 'ilegível',
  'clientimport.makessecret': 'Um novo segredo é criado.',
  'clientimport.differsin': 'Diferente em: {fields}. O que existe fica como está.',
};
