import type { ErrorText } from './error-row.js';
import type { WordedKey } from './error.table.js';

/** German. */
export const GERMAN_TEXTS: Record<WordedKey, ErrorText> = {
  '-2/2207003': { title: 'Zeitüberschreitung beim Herunterladen', user_msg: 'Das Herunterladen der Medien dauert zu lange.' },
  '-2/2207020': { title: 'Medien abgelaufen', user_msg: 'Die Medien, auf die du zugreifen möchtest, sind abgelaufen. Bitte versuche, sie erneut hochzuladen.' },
  '-1/2207001': { title: 'Serverfehler', user_msg: 'Serverfehler bei Instagram. Versuche es noch einmal.' },
  '-1/2207032': { title: 'Medien konnten nicht erstellt werden', user_msg: 'Die Medien konnten nicht erstellt werden. Bitte versuche, sie neu zu erstellen.' },
  '-1/2207053': { title: 'Unbekannter Fehler beim Hochladen', user_msg: 'Beim Hochladen der Medien ist ein unbekannter Fehler aufgetreten.' },
  '-1/2207073': { title: 'Löschen nicht möglich', user_msg: 'Medien dieser Art können nicht gelöscht werden.' },
  '1/2207057': { title: 'Ungültige Position des Vorschaubilds', user_msg: 'Die Position des Vorschaubilds muss mindestens 0 und kleiner als die Dauer des Videos sein.' },
  '4/2207051': { title: 'Handlung blockiert', user_msg: 'Wir schränken bestimmte Aktivitäten ein, um unsere Community zu schützen. Sag uns Bescheid, wenn du glaubst, dass uns ein Fehler unterlaufen ist.' },
  '9/2207042': { title: 'Limit erreicht', user_msg: 'Du hast die Höchstzahl der Beiträge erreicht, die mit der Content Publishing API veröffentlicht werden dürfen.' },
  '24/2207006': { title: 'Medien nicht gefunden', user_msg: 'Die Medien mit der angegebenen ID wurden nicht gefunden, oder dir fehlt die Berechtigung dafür.' },
  '24/2207008': { title: 'Medienentwurf abgelaufen oder nicht gefunden', user_msg: 'Der Medienentwurf mit der angegebenen ID existiert nicht oder ist abgelaufen.' },
  '25/2207050': { title: 'Konto eingeschränkt', user_msg: 'Das professionelle Instagram-Konto ist inaktiv, muss bestätigt werden oder ist eingeschränkt.' },
  '100/2207018': { title: 'Ungültiger Nutzer', user_msg: 'Ein markierter Nutzer oder Mitwirkender existiert nicht oder lässt dies nicht zu.' },
  '100/2207023': { title: 'Unbekannter Medientyp', user_msg: 'Der Medientyp ist unbekannt.' },
  '100/2207028': { title: 'Ungültiges Karussell', user_msg: 'Ein Karussell muss zwischen 2 und 10 Elemente haben.' },
  '100/2207035': { title: 'Position der Produktmarkierung', user_msg: 'Für Videos dürfen keine Positionen von Produktmarkierungen angegeben werden.' },
  '100/2207036': { title: 'Position der Produktmarkierung', user_msg: 'Für Fotos müssen die Positionen der Produktmarkierungen angegeben werden.' },
  '100/2207037': { title: 'Ungültige Produktmarkierungen', user_msg: 'Mindestens eine Produktmarkierung ist ungültig.' },
  '100/2207040': { title: 'Zu viele Markierungen', user_msg: 'Du kannst höchstens 20 @-Markierungen verwenden.' },
  '352/2207026': { title: 'Nicht unterstütztes Format', user_msg: 'Das Videoformat wird nicht unterstützt. Bitte sieh in der Spezifikation nach, welche Formate unterstützt werden.' },
  '368': { title: 'Vorübergehend blockiert', user_msg: 'Diese Handlung ist für dich vorübergehend blockiert.' },
  '9004/2207052': { title: 'Medien konnten nicht heruntergeladen werden', user_msg: 'Die Medien konnten unter dieser Adresse nicht abgerufen werden.' },
  '9007/2207027': { title: 'Medien nicht bereit', user_msg: 'Die Medien können noch nicht veröffentlicht werden, bitte warte einen Moment.' },
  '36000/2207004': { title: 'Bild zu groß', user_msg: 'Das Bild ist zu groß zum Herunterladen. Es sollte kleiner als 8 MiB sein.' },
  '36001/2207005': { title: 'Bildformat nicht unterstützt', user_msg: 'Das Bildformat wird nicht unterstützt. Bitte sieh in der Spezifikation nach, welche Formate unterstützt werden.' },
  '36003/2207009': { title: 'Seitenverhältnis', user_msg: 'Das Seitenverhältnis des übermittelten Bildes wird nicht akzeptiert.' },
  '36004/2207010': { title: 'Bildunterschrift zu lang', user_msg: 'Die Bildunterschrift darf höchstens 2.200 Zeichen, 30 Hashtags und 20 @-Markierungen haben.' },
  '1609005': { title: 'Link nicht lesbar', user_msg: 'Der angegebene Link konnte nicht gelesen werden.' },
};
