const longest = 200;

/** Another server's text as one line for people: no control or invisible characters, at most 200 characters. */
export function readableLine(said: string | undefined): string | undefined {
  const text = (said ?? '').replaceAll(/\s+/g, ' ').replaceAll(/\p{C}/gu, '').trim();
  return text === '' ? undefined : Array.from(text).slice(0, longest).join('');
}
