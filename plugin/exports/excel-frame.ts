import { unzipSync } from 'fflate';
import type { ExportedList, Kind } from './exported-list.js';

/** A workbook without its rows. */
export interface Frame {
  /** XML before and after the rows of a sheet; the headings are rows of their own. */
  readonly head: string;
  readonly tail: string;
  /** The cell style of each column, as an index into the workbook's styles. */
  readonly styles: readonly number[];
  /** The workbook's other files, by their names. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
}

/** Built-in formats, which follow the reader's locale (ECMA-376, part 1, §18.8.30). */
const numberFormats: Readonly<Record<Kind, string>> = {
  text: 'General',
  number: '#,##0',
  identifier: '0',
  date: 'mm-dd-yy',
  dateTime: 'm/d/yy "h":mm',
};

/** In characters. */
const widths: Readonly<Record<Kind, number>> = {
  text: 32,
  number: 14,
  identifier: 10,
  date: 12,
  dateTime: 17,
};
const widthOfHeading = 1.2;

/** Builds everything but the rows with ExcelJS, which takes longer to write rows than reading them takes. */
export async function frameFor(list: ExportedList, sheets: number): Promise<Frame> {
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.Workbook();
  workbook.creator = 'Relais';
  workbook.title = list.title;
  workbook.created = new Date(list.madeAt);
  for (const name of sheetNames(list.title, sheets)) {
    const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = list.headings.map(({ text, kind }) => ({
      header: text,
      width: Math.max(widths[kind], text.length * widthOfHeading),
      style: { numFmt: numberFormats[kind] },
    }));
    sheet.getRow(1).font = { bold: true };
  }
  const parts = new Map(
    Object.entries(unzipSync(new Uint8Array(await workbook.xlsx.writeBuffer()))),
  );
  return { ...takenApart(parts, list.headings.length), parts: withoutSheets(parts) };
}

/** Excel limits sheet names to 31 characters, without these, each unique. */
export function sheetNames(title: string, sheets: number): readonly string[] {
  const allowed = title.replaceAll(/[*?:\\/[\]]|^'|'$/g, ' ').trim() || 'Relais';
  return Array.from({ length: sheets }, (_none, index) => {
    const suffix = index === 0 ? '' : ` ${index + 1}`;
    return (
      Array.from(allowed)
        .slice(0, 31 - suffix.length)
        .join('') + suffix
    );
  });
}

function takenApart(
  parts: ReadonlyMap<string, Uint8Array>,
  columns: number,
): Pick<Frame, 'head' | 'tail' | 'styles'> {
  const xml = Buffer.from(parts.get('xl/worksheets/sheet1.xml') ?? []).toString();
  const end = xml.indexOf('</sheetData>');
  const defined = [...xml.matchAll(/<col [^>]*>/g)].flatMap(([col]) => stylesOf(col));
  return {
    // The dimension is unknown before the last row, and readers rely on it.
    head: xml.slice(0, end).replace(/<dimension [^>]*>/, ''),
    tail: xml.slice(end + '</sheetData>'.length),
    styles: Array.from({ length: columns }, (_none, index) => defined[index] ?? 0),
  };
}

/** One definition can cover several adjacent columns. */
function stylesOf(col: string): number[] {
  const attribute = (name: string): number =>
    Number(new RegExp(` ${name}="(\\d+)"`).exec(col)?.[1] ?? 0);
  const count = attribute('max') - attribute('min') + 1;
  return Array.from({ length: count }, () => attribute('style'));
}

function withoutSheets(parts: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  return new Map([...parts].filter(([name]) => !/^xl\/worksheets\/sheet\d+\.xml$/.test(name)));
}
