import type { clientImport as english } from '../en/client-import.ts';
import type { Translation } from '../message.ts';

export const clientImport: Translation<typeof english> = {
  'clientimport.title': 'Clients importieren',
  'clientimport.about':
    'Registriert die Clients einer Datei. Zuerst wird jeder nur geprüft und nichts geschrieben; danach wird jeder für sich registriert.',
  'clientimport.elsewhere':
    'Was ein anderer Server hat, samt Personen, Secrets und Vertrauen, kommt über {place} herein.',
  'clientimport.elsewhere.place': '„Import“ unter „Server“',
  'clientimport.kinds': 'Eine Datei aus dem Export, JSON, JSON-Zeilen oder CSV.',
  'clientimport.orpaste': 'Oder den Inhalt einfügen',
  'clientimport.pastehint':
    'Angaben mit ihren Namen aus RFC 7591, ein Client pro Zeile; oder CSV mit diesen Namen in der ersten Zeile.',
  'clientimport.judge': 'Ergebnis vorab ansehen',
  'clientimport.judging': { one: 'Bisher {count} Client geprüft.', other: 'Bisher {count} Clients geprüft.' },
  'clientimport.large': '{file} ist größer als 32 MB: Dafür gibt es countersign client add --from.',
  'clientimport.nobody': 'Darin steht kein Client.',
  'clientimport.nocolumns':
    'Das ist weder JSON noch CSV mit Clients: Die erste Zeile einer Tabelle muss client_name oder client_id nennen.',
  'clientimport.nojson': 'Das ist kein JSON.',
  'clientimport.notcsv':
    'Zeile {row} ist kein CSV: Ein Anführungszeichen ist nicht geschlossen, oder dahinter steht noch etwas.',
  'clientimport.noobject': 'Das ist kein JSON-Objekt.',
  'clientimport.twice': 'Zeile {place} hat dieselbe client_id.',
  'clientimport.notjudged': 'Die Prüfung war nicht möglich',
  'clientimport.brokeoff':
    'Der Import brach ab; was als neu markiert ist, kann noch einmal versucht werden, ohne dass etwas doppelt entsteht',
  'clientimport.clients': 'Clients der Datei',
  'clientimport.wouldcome': 'Was daraus würde',
  'clientimport.came': 'Was daraus wurde',
  'clientimport.download': 'Ergebnisse als JSON',
  'clientimport.secrets': 'Es wurden Secrets erzeugt',
  'clientimport.secretshint':
    'Sie stehen nur jetzt hier und danach nie wieder: Speichern Sie die Ergebnisse, oder kopieren Sie jedes einzeln.',
  'clientimport.bringin': { one: '{count} Client importieren', other: '{count} Clients importieren' },
  'clientimport.goon': { one: 'Mit {count} Client fortfahren', other: 'Mit {count} Clients fortfahren' },
  'clientimport.firstof':
    'Die ersten {shown} von {total}, beginnend mit denen, die Aufmerksamkeit brauchen. Das JSON enthält alle.',
  'clientimport.counted': '{count} {outcome}',
  'clientimport.row': 'Zeile',
  'clientimport.noname': 'ohne Namen',
  'clientimport.new': 'neu',
  'clientimport.added': 'importiert',
  'clientimport.same': 'schon vorhanden',
  'clientimport.differs': 'ein anderer ist hier',
  'clientimport.unreadable': 'nicht lesbar',
  'clientimport.makessecret': 'Ein neues Secret wird erzeugt.',
  'clientimport.differsin': 'Abweichend: {fields}. Der vorhandene bleibt, wie er ist.',
};
