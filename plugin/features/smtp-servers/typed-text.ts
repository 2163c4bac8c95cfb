import { keptElements, otherBlocks } from './signature-rules.js';

const others =
  'html head body title style script template meta link base img image picture source video audio track object embed ' +
  'param iframe frame frameset noframes noembed noscript canvas svg math map area form input select option optgroup ' +
  'textarea button label fieldset legend datalist output progress meter dialog slot ruby rt rp rb rtc bdi bdo abbr ' +
  'acronym cite dfn kbd samp var mark time data q wbr tt nobr marquee blink applet plaintext xmp xml bgsound';

const elements = new Set([...keptElements, ...otherBlocks, ...others.split(' ')]);

/** Escapes each `<` that does not begin a tag, so that addresses in angle brackets, hearts and comparisons stay. */
export function withTextKept(typed: string): string {
  const ended = new Set(
    Array.from(typed.matchAll(/<\/([a-z][\w:-]*)/gi), ([, name = '']) => name.toLowerCase()),
  );
  const last = typed.lastIndexOf('>');
  const begin = /<(?:!--|!\[|!doctype\b|\?xml\b|\/?([a-z][\w:-]*)(?=[\s/>]))|</gi;
  return typed.replaceAll(begin, (found, name: string | undefined, at: number) => {
    const isTag =
      name === undefined ? found.length > 1 : isElement(name.toLowerCase(), ended) && at < last;
    return isTag ? found : found.replace('<', '&lt;');
  });
}

/** Elements beyond HTML are namespaced, or hyphenated with an end tag: a hyphenated name alone may be a person’s. */
function isElement(name: string, ended: ReadonlySet<string>): boolean {
  return (
    elements.has(name) || /^[a-z]\w*:[a-z]/.test(name) || (name.includes('-') && ended.has(name))
  );
}
