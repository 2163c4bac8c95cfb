/** In characters. NIST SP 800-63B §5.1.1.2 asks for length, and against rules of composition. */
export const passwordLength = { least: 10, most: 256 } as const;

/** At least so many characters must not just go on with what is before them; `password-strength.js` says the same. */
export const leastSurprises = 7;

/** With this little beside words that everybody tries, a password falls at once. */
const leastBesideWords = 4;

const shortestWord = 3;

/** What people choose most, in the languages that we speak and on their keyboards. */
const commonWords = `
  password passw passphrase secret letmein welcome iloveyou princess football baseball
  superman starwars sunshine dragon monkey master administrator admin root login user guest
  test changeme default motdepasse mdp bonjour bienvenue soleil jetaime chouchou doudou
  marseille loulou azertyuiop azerty qsdfghjklm wxcvbn qwertyuiop qwerty qwertz asdfghjkl
  asdfgh zxcvbnm zxcvbn poiuyt 1q2w3e4r5t 1qaz2wsx 1a2z3e4r5t relais mailbox email mail abc`
  .trim()
  .split(/\s+/);

/** Whether a password is among those that everybody tries first, or mostly repeats itself. */
export function isWeak(password: string): boolean {
  return isMadeOf(password, commonWords) || surprises(password) < leastSurprises;
}

/** Whether little but these words, of three characters or more, is in a password, in whatever disguise. */
export function isMadeOf(password: string, words: readonly string[]): boolean {
  const counted = words.filter((word) => word.length >= shortestWord);
  return restWithout(password, counted) < leastBesideWords;
}

/** How many characters neither repeat nor continue what is before them, as in `aaa`, `1234` and `abcabc`. */
export function surprises(password: string): number {
  const characters = Array.from(password.toLowerCase());
  const pairs = new Set<string>();
  return characters.filter((character, index) => {
    const before = characters[index - 1];
    if (before === undefined) {
      return true;
    }
    const isNew = !pairs.has(before + character);
    pairs.add(before + character);
    return isNew && Math.abs(codeOf(character) - codeOf(before)) > 1;
  }).length;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** The letters of a password beside these words, or infinitely many where it has none of the words. */
function restWithout(password: string, words: readonly string[]): number {
  const spellings = [password.toLowerCase(), withoutDisguise(password.toLowerCase())];
  return Math.min(...spellings.map((spelling) => lettersBeside(spelling, words)));
}

function lettersBeside(spelling: string, words: readonly string[]): number {
  const rest = words
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, word) => text.replaceAll(word, ''), spelling);
  return rest === spelling ? Infinity : rest.replaceAll(/[^\p{L}]/gu, '').length;
}

/** `P@ssw0rd` is no better than the word. */
function withoutDisguise(text: string): string {
  return text.replaceAll(/[@4031!$57]/g, (character) => disguises[character] ?? character);
}

const disguises: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '0': 'o',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  $: 's',
  '5': 's',
  '7': 't',
};
