import { decodeHTML } from 'entities';

/**
 * HTML for those who read mail as text: what stands on lines of its own stays so, and links say where they lead. It
 * takes any HTML, of programs too, and never looks back, so that it takes longer only as the text is longer.
 */
export function plainTextOf(html: string): string {
  const writer = new Writer();
  const lower = html.toLowerCase();
  const tag = /<(?:!--|(\/?)([a-z][a-z\d]*)([^<>]*)>)/gi;
  let at = 0;
  for (let found = tag.exec(html); found !== null; found = tag.exec(html)) {
    const [whole, slash, name = '', attributes = ''] = found;
    writer.text(html.slice(at, found.index));
    at = found.index + whole.length;
    const end =
      slash === '' ? unread.get(name.toLowerCase()) : whole === '<!--' ? '-->' : undefined;
    if (end !== undefined) {
      const closed = lower.indexOf(end, at);
      at = closed === -1 ? html.length : closed;
      tag.lastIndex = at;
    } else if (name !== '') {
      writer.tag(name.toLowerCase(), { isEnd: slash === '/', attributes });
    }
  }
  writer.text(html.slice(at));
  return writer.written();
}

/** What is no text, and where it ends. */
const unread = new Map(['style', 'script', 'title', 'template'].map((name) => [name, `</${name}`]));

const blocks = new Set(
  'p div ul ol li table tr h1 h2 h3 h4 h5 h6 blockquote pre section article header footer hr'.split(
    ' ',
  ),
);

class Writer {
  readonly #pieces: string[] = [];
  #link: { readonly href: string; readonly from: number } | undefined;

  text(html: string): void {
    // What was cut off by a comment's end or by an end tag is no text either.
    this.#pieces.push(decodeHTML(html.replace(/^-->/, '')).replaceAll(/[ \t\n\v\f\r]+/g, ' '));
  }

  tag(name: string, { isEnd, attributes }: { isEnd: boolean; attributes: string }): void {
    if (name === 'a') {
      this.#endLink();
      this.#link = isEnd ? undefined : { href: hrefIn(attributes), from: this.#pieces.length };
    } else if (name === 'br') {
      this.#pieces.push('\n');
    } else if (blocks.has(name)) {
      this.#pieces.push(name === 'li' && !isEnd ? edge + bullet : edge);
    } else if (name === 'td' || name === 'th') {
      this.#pieces.push(' ');
    }
  }

  written(): string {
    this.#endLink();
    return this.#pieces
      .join('')
      .replaceAll(/\f[ \v\n]*/g, '\f')
      .replaceAll(/[ \v\n]+/g, lineBreaks)
      .replaceAll(bullet, '- ')
      .trim();
  }

  #endLink(): void {
    if (this.#link === undefined) {
      return;
    }
    const { href, from } = this.#link;
    this.#link = undefined;
    const place = href.replace(/^(mailto|tel):/, '');
    if (place !== '' && this.#pieces.slice(from).join('').trim() !== place) {
      this.#pieces.push(` (${place})`);
    }
  }
}

/** Where a block begins or ends: several at one place are one new line. */
const edge = '\v';
/** Before an item of a list, whatever begins there with it. */
const bullet = '\f';

/** Of blanks in a row: a break is an empty line only where a block begins with it, and two empty lines are one. */
function lineBreaks(blanks: string): string {
  const [before = '', ...after] = blanks.split('\n');
  if (after.length === 0) {
    return before.includes(edge) ? '\n' : ' ';
  }
  return after.length > 1 || before.includes(edge) ? '\n\n' : '\n';
}

function hrefIn(attributes: string): string {
  const [, , quoted, bare] = /\bhref\s*=\s*(?:(["'])(.*?)\1|([^\s"'>]+))/i.exec(attributes) ?? [];
  const href = decodeHTML(quoted ?? bare ?? '').trim();
  return /^(https?|mailto|tel):/i.test(href) ? href : '';
}
