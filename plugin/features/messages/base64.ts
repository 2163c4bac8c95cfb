/** It is not Base64 (RFC 4648 §4). */
export class NotBase64Error extends Error {
  override readonly name = 'NotBase64Error';
}

/** Decodes what was sent as a JSON text, whose slashes may be escaped. @throws {NotBase64Error} */
export async function* decodedBase64(
  sent: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  let text = '';
  for await (const piece of sent) {
    const [whole, cut] = splitEscape(text + piece.toString('latin1'));
    const plain = unescaped(whole);
    // The last letters may be followed by one that pads them.
    const complete = Math.max(0, Math.floor((plain.length - 4) / 4)) * 4;
    yield decodedLetters(plain.slice(0, complete));
    text = plain.slice(complete) + cut;
  }
  yield decodedEnd(unescaped(text));
}

/** Text, and the escape that it ends with in case the rest of it is to come. */
function splitEscape(text: string): readonly [string, string] {
  const at = text.lastIndexOf('\\');
  return at === -1 || at < text.length - longestEscape
    ? [text, '']
    : [text.slice(0, at), text.slice(at)];
}

const longestEscape = '\\u002f'.length;

function unescaped(text: string): string {
  const plain = text.includes('\\/') ? text.replaceAll('\\/', '/') : text;
  if (!plain.includes('\\')) {
    return plain;
  }
  try {
    return String(JSON.parse(`"${plain}"`));
  } catch {
    throw new NotBase64Error();
  }
}

/** Comparing with what they would be is many times faster than looking at each. */
function decodedLetters(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (text.endsWith('=') || bytes.toString('base64') !== text) {
    throw new NotBase64Error();
  }
  return bytes;
}

/** Padding may be left out. */
function decodedEnd(text: string): Buffer {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new NotBase64Error();
  }
  return Buffer.from(text, 'base64');
}
