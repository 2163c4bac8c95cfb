/** An element's text for a number: its texts for one and for two contain these digits, which are replaced. */
export function counted({ dataset: { one, other } }, count) {
  const { lang } = document.documentElement;
  const text = new Intl.PluralRules(lang).select(count) === 'one' ? one : other;
  return text.replace(/\d/, count.toLocaleString(lang));
}
