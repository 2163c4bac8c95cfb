import type { Recording } from './recording.js';

export type Row = Readonly<Record<string, string | number | null>>;

/** The results of a page's queries, in order. */
export type Answers = readonly (readonly Row[])[];

/** Builds a page from the results of its queries. */
export type FloorPage = (answers: Answers) => string;

/**
 * The panel's page by concatenation. The markup is the recorded page, split where the rows' values are, so that the two
 * cannot drift apart; what depends on no row stays unchanged.
 *
 * @param answers the results of the recorded queries.
 */
export function floorPage({ path, html }: Recording, answers: Answers): FloorPage {
  const domain = rowsWith('at_name', answers)[0];
  if (domain !== undefined) {
    return settingsPage(String(domain['name']), html);
  }
  const list = lists.find(({ column }) => rowsWith(column, answers).length > 0);
  return list === undefined ? () => html : listPage({ path, html }, list, answers);
}

function settingsPage(name: string, html: string): FloorPage {
  const pieces = html.split(name);
  return (answers) => pieces.join(String(rowsWith('at_name', answers)[0]?.['name']));
}

function listPage(
  { path, html }: Pick<Recording, 'path' | 'html'>,
  list: List,
  recorded: Answers,
): FloorPage {
  const sample = shownRows(path, list, recorded);
  const start = html.indexOf('<tr', html.indexOf('<tbody>'));
  const end = html.indexOf('</tbody>', start);
  const markup = html.slice(start, end).split(/(?=<tr)/);
  const templates = new Map(
    sample.map((row, index) => [row[list.kind], templateOf(row, list.values, markup[index] ?? '')]),
  );
  const head = html.slice(0, start);
  const tail = html.slice(end);

  return (answers) => {
    let text = head;
    for (const row of shownRows(path, list, answers)) {
      text += templates.get(row[list.kind] ?? null)?.(row) ?? '';
    }
    return text + tail;
  };
}

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

type Value = (row: Row) => string;

interface List {
  /** A column that only this list's query has. */
  readonly column: string;
  /** A column whose values have different markup each; other differences are in `values`. */
  readonly kind: string;
  readonly values: readonly Value[];
}

const cell =
  (column: string): Value =>
  (row) =>
    `>${row[column]}<`;

const lists: readonly List[] = [
  {
    column: 'owner_name',
    kind: 'mail_enabled',
    values: [
      (row) => String(row['name']),
      (row) => String(row['owner_name']),
      cell('mailboxes'),
      (row) => days.format(Number(row['created_at'])),
    ],
  },
  {
    column: 'sender_name',
    kind: 'confirmation',
    values: [
      ...['id', 'title', 'host', 'address', 'sender_name', 'user_name'].map(cell),
      (row) => `/smtp-servers/${row['id']}`,
      (row) => `value="${row['id']}"`,
      (row) => `Select ${row['title']}"`,
    ],
  },
];

/** Pieces of markup and values in turn. */
function templateOf(sample: Row, values: readonly Value[], markup: string): Value {
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

function shownRows(path: string, { column }: List, answers: Answers): readonly Row[] {
  const rows = rowsWith(column, answers).slice(0, pageSize);
  return path.includes('before=') ? rows.toReversed() : rows;
}

const pageSize = 50;

function rowsWith(column: string, answers: Answers): readonly Row[] {
  return answers.find(([first]) => first !== undefined && column in first) ?? [];
}
