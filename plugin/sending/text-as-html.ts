import { escapeHtml } from '../web/escape.js';

/** A text as HTML that looks the same: keeps lines, blanks, columns and empty lines, and links its addresses. */
export function htmlOfText(text: string): string {
  const [first = '', ...rest] = text.replaceAll(/\r\n?/g, '\n').split(/(\n{2,})/);
  let html = paragraph(first, 0);
  for (let index = 0; index + 1 < rest.length; index += 2) {
    const [breaks = '', lines = ''] = rest.slice(index, index + 2);
    html += `\n${paragraph(lines, breaks.length - 2)}`;
  }
  return html;
}

function paragraph(text: string, emptyLinesBefore: number): string {
  const lines = text.split('\n').map(withTabsAsBlanks);
  const style = isTable(lines) ? ` style="font-family:Consolas,'Courier New',monospace"` : '';
  const breaks = '<br>'.repeat(emptyLinesBefore);
  return `<p${style}>${breaks}${lines.map((line) => linked(withBlanks(line))).join('<br>')}</p>`;
}

const tabColumns = 8;
/** Lines up to this many columns; in longer ones a tab is a blank. */
const widest = 400;

function withTabsAsBlanks(line: string): string {
  const [first = '', ...rest] = line.split('\t');
  let column = Array.from(first).length;
  let written = first;
  for (const piece of rest) {
    const blanks = column < widest ? tabColumns - (column % tabColumns) : 1;
    written += ' '.repeat(blanks) + piece;
    column += blanks + Array.from(piece).length;
  }
  return written;
}

/** Columns only align in a monospaced font. */
function isTable(lines: readonly string[]): boolean {
  return lines.filter((line) => /[^\s.!?] {2,}\S/.test(line)).length > 1;
}

/**
 * HTML collapses blanks and drops leading ones. Outlook only keeps no-break spaces; a plain space after each still lets
 * the line wrap.
 */
function withBlanks(line: string): string {
  return line.replaceAll(/^ +| {2,}/g, (run, at: number) => {
    const odd = run.length % 2 === 0 ? '' : at === 0 ? '\u00A0' : ' ';
    return odd + '\u00A0 '.repeat(run.length / 2);
  });
}

/** Links addresses, since mail programs that link them in text leave them alone in HTML. */
function linked(line: string): string {
  let html = '';
  let at = 0;
  for (const { 0: found, index } of line.matchAll(/\bhttps?:\/\/[^\s<>"]+/gi)) {
    const bare = withoutSentenceEnd(found);
    const address = escapeHtml(bare);
    html += `${escapeHtml(line.slice(at, index))}<a href="${address}">${address}</a>`;
    at = index + bare.length;
  }
  return (html + escapeHtml(line.slice(at))).replaceAll('\u00A0', '&nbsp;');
}

/** An address without the punctuation of the sentence around it. */
function withoutSentenceEnd(address: string): string {
  let surplus = address.split(')').length - address.split('(').length;
  let end = address.length;
  while (/[.,;:!?'*)\]}]/.test(address.charAt(end - 1))) {
    if (address.charAt(end - 1) === ')') {
      if (surplus <= 0) {
        break;
      }
      surplus -= 1;
    }
    end -= 1;
  }
  return address.slice(0, end);
}
