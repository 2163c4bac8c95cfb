// Fills a password field with a strong password, and shows it, since it must be passed on.
export function bind(button) {
  const input = document.getElementById(button.dataset.for);
  button.hidden = false;
  button.addEventListener('click', () => {
    input.value = generatePassword();
    input.type = 'text';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.focus();
    input.select();
  });
}

// No 0, O, 1, I or l: somebody may have to read it aloud.
const letters = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Four groups of five characters, 116 bits. */
export function generatePassword() {
  const groups = Array.from({ length: 4 }, () => Array.from({ length: 5 }, randomLetter).join(''));
  return groups.join('-');
}

function randomLetter() {
  const [byte] = crypto.getRandomValues(new Uint8Array(1));
  // Values above the last whole multiple would make the first letters more likely.
  return byte < 256 - (256 % letters.length) ? letters[byte % letters.length] : randomLetter();
}
