/** Taking clients in from a file. */
export const clientImport = {
  'clientimport.title': 'Import clients',
  'clientimport.about':
    'Registers the clients of a file. First each is looked at, and nothing is written; then each is registered by itself.',
  'clientimport.elsewhere': 'What another server has, with people, secrets and trust, comes in by {place}.',
  'clientimport.elsewhere.place': 'Import, under Server',
  'clientimport.kinds': 'A file that Export saved, JSON, JSON lines or CSV.',
  'clientimport.orpaste': 'Or paste its content',
  'clientimport.pastehint':
    'Members by their names of RFC 7591, one client a line; or CSV with these names in its first row.',
  'clientimport.judge': 'See what would come of it',
  'clientimport.judging': {
    one: '{count} client looked at so far.',
    other: '{count} clients looked at so far.',
  },
  'clientimport.large': '{file} is larger than 32 MB: countersign client add --from takes it.',
  'clientimport.nobody': 'There is no client in it.',
  'clientimport.nocolumns':
    'This is neither JSON nor CSV of clients: the first row of a table must name client_name or client_id.',
  'clientimport.nojson': 'This is not JSON.',
  'clientimport.notcsv':
    'Row {row} is not CSV: a quotation mark is not closed, or something stands behind it.',
  'clientimport.noobject': 'This is not a JSON object.',
  'clientimport.twice': 'Row {place} has the same client_id.',
  'clientimport.notjudged': 'They could not be looked at',
  'clientimport.brokeoff':
    'It broke off; what is marked as new can be tried again, and nothing is made twice',
  'clientimport.clients': 'Clients of the file',
  'clientimport.wouldcome': 'What would come of it',
  'clientimport.came': 'What came of it',
  'clientimport.download': 'Results as JSON',
  'clientimport.secrets': 'Secrets were made',
  'clientimport.secretshint': 'They are shown here and never again: save the results, or copy each.',
  'clientimport.bringin': { one: 'Import {count} client', other: 'Import {count} clients' },
  'clientimport.goon': { one: 'Go on with {count} client', other: 'Go on with {count} clients' },
  'clientimport.firstof':
    'The first {shown} of {total}, those to look at before the others. The JSON has all of them.',
  'clientimport.counted': '{count} {outcome}',
  'clientimport.row': 'Row',
  'clientimport.noname': 'without a name',
  'clientimport.new': 'new',
  'clientimport.added': 'imported',
  'clientimport.same': 'there already',
  'clientimport.differs': 'another one is here',
  'clientimport.unreadable': 'unreadable',
  'clientimport.makessecret': 'A new secret is made.',
  'clientimport.differsin': 'Not the same: {fields}. It stays as it is.',
} as const;
