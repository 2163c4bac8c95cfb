import type { Recording } from './recording.js';

export type Row = Readonly<Record<string, string | number | null>>;

/** What the queries of a page answered, in their order. */
export type Answers = readonly (readonly Row[])[];

/** A page made of what its queries answer. */
export type FloorPage = (answers: Answers) => string;

/**
 * The panel's page by concatenation. The markup is what the panel sent, taken apart where the rows' values are, so
 * that the two cannot drift apart; what depends on no row stays as it is.
 *
 * @param answers what the queries answer that led to the recording.
 */
export function floorPage({ path, html }: Recording, answers: Answers): FloorPage {
  const domain = rowsWith('at_name', answers)[0];
  if (domain !== undefined) {
    return settingsPage(String(domain['name']), html);
  }
  const rows = shownRows(path, answers);
  return rows.length === 0 ? () => html : listPage(path, html, rows);
}

function settingsPage(name: string, html: string): FloorPage {
  const pieces = html.split(name);
  return (answers) => pieces.join(String(rowsWith('at_name', answers)[0]?.['name']));
}

function listPage(path: string, html: string, sample: readonly Row[]): FloorPage {
  const start = html.indexOf('<tr', html.indexOf('<tbody>'));
  const end = html.indexOf('</tbody>', start);
  const markup = html.slice(start, end).split(/(?=<tr)/);
  const templates = new Map(
    sample.map((row, index) => [row['mail_enabled'], templateOf(row, markup[index] ?? '')]),
  );
  const head = html.slice(0, start);
  const tail = html.slice(end);

  return (answers) => {
    let text = head;
    for (const row of shownRows(path, answers)) {
      text += templates.get(row['mail_enabled'] ?? null)?.(row) ?? '';
    }
    return text + tail;
  };
}

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

/** Domains without mail have other markup than those with it; the rest of the difference is these values. */
const values: readonly ((row: Row) => string)[] = [
  (row) => String(row['name']),
  (row) => String(row['owner_name']),
  (row) => `>${row['mailboxes']}<`,
  (row) => days.format(Number(row['created_at'])),
];

/** Every second piece is a value, the others are markup. */
function templateOf(sample: Row, markup: string): (row: Row) => string {
  const texts = values.map((value) => value(sample));
  const pieces = markup
    .split(new RegExp(`(${texts.map(literal).join('|')})`))
    .map((piece) => values[texts.indexOf(piece)] ?? piece);
  return (row) => {
    let text = '';
    for (const piece of pieces) {
      text += typeof piece === 'string' ? piece : piece(row);
    }
    return text;
  };
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function shownRows(path: string, answers: Answers): readonly Row[] {
  const rows = rowsWith('owner_name', answers).slice(0, pageSize);
  return path.includes('before=') ? rows.toReversed() : rows;
}

const pageSize = 50;

function rowsWith(column: string, answers: Answers): readonly Row[] {
  return answers.find(([first]) => first !== undefined && column in first) ?? [];
}
