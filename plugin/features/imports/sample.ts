import { stringify } from 'csv-stringify/sync';
import type { AnyImportKind } from '../../imports/kind.js';
import type { Language } from '../../web/locale.js';

/** A file with the headings in the viewer's language, and some lines. It opens in columns in spreadsheets, too. */
export function sampleOf({ columns }: AnyImportKind, { t, locale }: Language): string {
  const inWords = (value: string): string =>
    value === 'yes' || value === 'no' ? t(`form.${value}`) : value;
  const lines = columns[0]?.sample.map((_value, line) =>
    columns.map(({ sample }) => inWords(sample[line] ?? '')),
  );
  return stringify([columns.map(({ key }) => t(`imports.columns.${key}`)), ...(lines ?? [])], {
    bom: true,
    delimiter: locale === 'fr' ? ';' : ',',
    record_delimiter: 'windows',
  });
}
