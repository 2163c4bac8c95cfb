import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { Language } from '../../plugin/web/locale.js';

/** The first bytes of a file of each format. */
export const beginnings = { xlsx: 'PK', pdf: '%PDF-', csv: '' } as const;

export interface Downloaded {
  readonly name: string;
  readonly content: Buffer;
}

/** Downloads a file from a list's export menu. Without JavaScript the menu stays open. */
export async function exported(
  page: Page,
  format: keyof typeof beginnings,
  { t }: Language,
): Promise<Downloaded> {
  const summary = page.locator('summary', { hasText: t('exports.menu') });
  const menu = page.locator('.table-menu', { has: summary });
  if ((await menu.getAttribute('open')) === null) {
    await summary.click();
  }
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    menu.getByRole('link', { name: t(`exports.formats.${format}`), exact: true }).click(),
  ]);
  return { name: file.suggestedFilename(), content: readFileSync(await file.path()) };
}
