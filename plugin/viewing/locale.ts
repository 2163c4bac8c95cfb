/** The languages of all texts. */
export const locales = ['en', 'fr'] as const;
export type Locale = (typeof locales)[number];
