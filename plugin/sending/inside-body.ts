import { readHtml } from './html-reader.js';

interface Place {
  readonly at: number;
  /** Elements that are open there, outermost first. */
  readonly open: readonly string[];
}

/** Adds HTML below everything that a reader sees: at the end of a document's body, or of a fragment. */
export function insideBody(html: string, addition: string): string {
  const { at, open } = endOf(html);
  const ends = open.toReversed().map((name) => `</${name}>`);
  return `${html.slice(0, at)}${ends.join('')}\n${addition}${html.slice(at)}`;
}

function endOf(html: string): Place {
  const open: string[] = [];
  let end: Place | undefined;
  readHtml(`${html}</body>`, {
    opened: (name) => open.push(name),
    closed: () => open.pop(),
    endTag(name, at) {
      // The end tag of the last body, if there is one.
      const isEnd = name === 'body' && at < html.length;
      if (isEnd || (end === undefined && (name === 'body' || name === 'html'))) {
        end = { at, open: open.filter((each) => each !== 'html' && each !== 'body') };
      }
    },
    text(text) {
      // Browsers render content after the body at its end.
      if (text.trim() !== '' && !unread.has(open.at(-1) ?? '')) {
        end = undefined;
      }
    },
  });
  return end ?? { at: html.length, open: [] };
}

const unread = new Set(['script', 'style', 'title']);
