// Says in words how hard a password is to guess. Length is what counts (NIST SP 800-63B, appendix A), without the
// characters that only go on with what is before them; a dictionary would weigh more than all our pages.
export function bind(input) {
  const output = document.getElementById(`${input.id}-strength`);
  const { least } = input.dataset;
  input.addEventListener('input', () => {
    const level = levelOf(input.value, Number(least));
    output.dataset.level = level ?? '';
    output.textContent = level === undefined ? '' : output.getAttribute(`data-text-${level}`);
  });
}

/** The server refuses what is `short` or `weak`, and common words beside. */
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

/** How many characters neither repeat nor continue what is before them, as in `aaa`, `1234` and `abcabc`. */
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
