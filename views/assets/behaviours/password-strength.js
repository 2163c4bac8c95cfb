// Rates the strength of a password in words. Length counts (NIST SP 800-63B, appendix A), except characters that only
// continue the ones before them; a dictionary would be larger than all our pages.
export function bind(input) {
  const output = document.getElementById(`${input.id}-strength`);
  const { least } = input.dataset;
  input.addEventListener('input', () => {
    const level = levelOf(input.value, Number(least));
    output.dataset.level = level ?? '';
    output.textContent = level === undefined ? '' : output.getAttribute(`data-text-${level}`);
  });
}

/** The server rejects `short` and `weak` ones, and also common words. */
export function levelOf(password, least) {
  if (password === '') {
    return undefined;
  }
  if (Array.from(password).length < least) {
    return 'short';
  }
  const count = surprises(password);
  return count < 7 ? 'weak' : count < 11 ? 'fair' : count < 14 ? 'good' : 'strong';
}

/** The number of characters that neither repeat nor continue earlier ones, as in `aaa`, `1234` and `abcabc`. */
export function surprises(password) {
  const characters = Array.from(password.toLowerCase());
  const pairs = new Set();
  return characters.filter((character, index) => {
    if (index === 0) {
      return true;
    }
    const before = characters[index - 1];
    const isNew = !pairs.has(before + character);
    pairs.add(before + character);
    return isNew && Math.abs(character.codePointAt(0) - before.codePointAt(0)) > 1;
  }).length;
}
