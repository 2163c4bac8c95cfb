/**
 * Characters that Postfix folds to ASCII (CaseFolding.txt of Unicode) before a look-up, which would mistake one domain
 * for another.
 */
export const foldedToAscii: Readonly<Record<string, string>> = {
  '\u00df': 'ss',
  '\u1e9e': 'ss',
  '\u017f': 's',
  '\u212a': 'k',
  '\ufb00': 'ff',
  '\ufb01': 'fi',
  '\ufb02': 'fl',
  '\ufb03': 'ffi',
  '\ufb04': 'ffl',
  '\ufb05': 'st',
  '\ufb06': 'st',
};

/** A path without its angle brackets (RFC 5321 §4.5.3.1.3). */
export const longestPath = 254;

/** The file of the look-up for `commandFilter`. */
export const commandRows = 'commands';

const verb = '(MAIL FROM|RCPT TO):';
const tooLong = `/^${verb}[[:space:]]*(<[^>]{${longestPath + 1}}|[^<[:space:]][^>]{${longestPath}})/`;

/**
 * Brings MAIL and RCPT with a non-ASCII domain to the look-up as `@münchen.test RCPT TO:<box@münchen.test>`. A path
 * that is too long, also for the reply that quotes it, is reduced to its verb, which is a syntax error.
 *
 * @param refused further patterns to reduce likewise.
 */
export function commandFilter(rows: string, refused: readonly string[] = []): string {
  const domain = '(@[^@>[:space:]]*[^ -~][^@>[:space:]]*[^.@>[:space:]])';
  const rules = [tooLong, ...refused].map((pattern) => `{${pattern} $$1:}`);
  const unless = [tooLong, ...refused].map((pattern) => `{if !${pattern}}`);
  const ends = unless.map(() => '{endif}');
  const found = `{/^(${verb}[[:space:]]*<.*)${domain}([.]?>.*)$$/ $$3 $$1$$3$$4}`;
  return `unionmap:{
  regexp:{${rules.join(', ')}},
  pipemap:{regexp:{${[...unless, found, ...ends].join(', ')}}, ${rows}}}`;
}

/** Our recipients are in ASCII: one that is only after folding would be found here, but not later. */
export const foldedName = `/^(RCPT TO):.*(${Object.keys(foldedToAscii).join('|')}).*@/`;

/**
 * Brings our domain to A-labels. If it only matches one of ours after folding, only the verb is left. The key is in
 * lower case as far as it is ASCII.
 */
export const commandQuery = ((): string => {
  const domain = "substr('%s', 1, instr('%s', ' ') - 1)";
  const command = "substr('%s', instr('%s', ' ') + 1)";
  const folded = Object.entries(foldedToAscii).reduce(
    (sql, [from, to]) => `replace(${sql}, '${from}', '${to}')`,
    domain,
  );
  return `SELECT coalesce(
  (SELECT replace(${command}, lookup_key, result) FROM postfix_canonical WHERE lookup_key = ${domain}),
  (SELECT substr(${command}, 1, instr(${command}, ':')) FROM postfix_mailbox_domains
    WHERE lookup_key = substr(${folded}, 2)))`;
})();
