import { randomInt } from 'node:crypto';

// Without 0, O, 1, I and l, which are ambiguous when read aloud. Keep in step with `password-generator.js`.
const letters = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Four groups of five characters, 116 bits. */
export function generatePassword(): string {
  const groups = Array.from({ length: 4 }, () => Array.from({ length: 5 }, randomLetter).join(''));
  return groups.join('-');
}

function randomLetter(): string {
  return letters.charAt(randomInt(letters.length));
}
