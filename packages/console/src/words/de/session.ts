import type { session as english } from '../en/session.ts';
import type { Translation } from '../message.ts';

export const session: Translation<typeof english> = {
  'session.title': 'Countersign-Konsole',
  'session.working': 'Anmeldung läuft…',
  'session.out': 'Abgemeldet',
  'session.outtext': 'Ihre Sitzung ist beendet, hier und auf dem Server.',
  'session.in': 'Anmelden',
  'session.ended': 'Ihre Sitzung ist beendet',
  'session.endedtext': 'Melden Sie sich erneut an, um dort weiterzumachen, wo Sie waren.',
  'session.failed': 'Die Anmeldung ist nicht gelungen',
  'session.norole': 'Dieses Konto darf nicht verwalten',
  'session.noroletext':
    'Ein Eigentümer kann dem Konto unter „Benutzer“ eine Rolle geben, oder mit {command}.',
  'session.account': 'Zu Ihrem Konto',
  'session.other': 'Als jemand anders anmelden',
  'session.ending': 'Ihre Sitzung endet bald',
  'session.endingtext':
    'Sie endet in {left}. Speichern Sie, woran Sie arbeiten; eine neue Anmeldung beginnt eine neue Sitzung.',
  'session.stay': 'Vorerst weitermachen',
  'session.again': 'Erneut anmelden',
  'session.clock':
    'Das ID-Token ist zu dieser Zeit nicht gültig. Wenn es wieder geschieht, stellen Sie die Uhr dieses Rechners.',
  'session.noanswer':
    'Der Server antwortet nicht. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.',
  'session.notaken': 'Diese Anmeldung kann die Antwort nicht annehmen: {reason}.',
  'session.notbegun': 'Diese Anmeldung wurde nicht in diesem Tab begonnen. Beginnen Sie neu.',
  'session.notprolonged': 'Die Sitzung kann nicht verlängert werden.',
  'session.over': 'Die Sitzung ist beendet.',
  'session.brokeoff': 'Die Antwort des Servers brach ab. Versuchen Sie es noch einmal.',
  'session.answered': 'Der Server antwortete {status}.',
  'session.owner': 'Eigentümer',
  'session.clientmanager': 'Client-Verwalter',
  'session.auditor': 'Prüfer',
  'session.clientsreader': 'Clients: lesen',
  'session.clientswriter': 'Clients: schreiben',
  'session.peoplereader': 'Personen: lesen',
  'session.peoplewriter': 'Personen: schreiben',
  'session.keysreader': 'Schlüssel: lesen',
  'session.keyswriter': 'Schlüssel: schreiben',
  'session.trustreader': 'Vertrauen: lesen',
  'session.trustwriter': 'Vertrauen: schreiben',
  'session.settingsreader': 'Einstellungen: lesen',
  'session.settingswriter': 'Einstellungen: schreiben',
  'session.auditreader': 'Prüfprotokoll: lesen',
  'session.rolein': '{role} in {group}',
  'session.groupgone': 'einer Gruppe, die es nicht mehr gibt',
};
