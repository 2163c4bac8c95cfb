/** In characters. NIST SP 800-63B §5.1.1.2 requires length and advises against composition rules. */
export const passwordLength = { least: 10, most: 256 } as const;

/** Least number of characters that must not continue the ones before them. Keep in step with `password-strength.js`. */
export const leastSurprises = 7;

/** Fewer characters than this beside common words make a password guessable at once. */
const leastBesideWords = 4;

const shortestWord = 3;

/** The most common passwords in our languages and on their keyboards. */
const commonWords = `
  password passw passphrase secret letmein welcome iloveyou princess football baseball
  superman starwars sunshine dragon monkey master administrator admin root login user guest
  test changeme default motdepasse mdp bonjour bienvenue soleil jetaime chouchou doudou
  marseille loulou azertyuiop azerty qsdfghjklm wxcvbn qwertyuiop qwerty qwertz asdfghjkl
  asdfgh zxcvbnm zxcvbn poiuyt 1q2w3e4r5t 1qaz2wsx 1a2z3e4r5t relais mailbox email mail abc`
  .trim()
  .split(/\s+/);

/** Whether a password is common or mostly repetitive. */
export function isWeak(password: string): boolean {
  return isMadeOf(password, commonWords) || surprises(password) < leastSurprises;
}

/** Whether a password consists of little but these words, of three characters or more, in any disguise. */
export function isMadeOf(password: string, words: readonly string[]): boolean {
  const counted = words.filter((word) => word.length >= shortestWord);
  return restWithout(password, counted) < leastBesideWords;
}

/** How many characters neither repeat nor continue the ones before them, as in `aaa`, `1234` and `abcabc`. */
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

/** The number of letters beside these words, or infinity if the password has none of the words. */
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

/** Undoes disguises: `P@ssw0rd` is no better than the word. */
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
