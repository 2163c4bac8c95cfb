import type { Attributes } from './html-reader.js';

/** How an element looks to somebody who reads; `hidden` goes with all that is in it. */
export type Look =
  | 'block'
  | 'hidden'
  | 'line-break'
  | 'rule'
  | 'list'
  | 'item'
  | 'row'
  | 'cell'
  | 'link'
  | 'image'
  | 'quotation'
  | 'inline';

const elements: readonly (readonly [Look, string])[] = [
  [
    'block',
    'html body p div center section article header footer main nav aside address hgroup search h1 h2 h3 h4 h5 h6 ' +
      'blockquote pre listing xmp plaintext textarea dl dt dd figure figcaption details summary fieldset legend form ' +
      'table caption thead tbody tfoot option',
  ],
  [
    'hidden',
    'title style script template datalist iframe noembed noframes svg map xml ' +
      // What Office writes for itself alone, where it is not within comments.
      'w:worddocument w:latentstyles w:sdtpr w:data m:mathpr x:excelworkbook o:officedocumentsettings ' +
      'o:documentproperties o:customdocumentproperties o:shapedefaults o:shapelayout',
  ],
  ['line-break', 'br'],
  ['rule', 'hr'],
  ['list', 'ul ol menu dir'],
  ['item', 'li'],
  ['row', 'tr'],
  ['cell', 'td th'],
  ['link', 'a'],
  ['image', 'img'],
  ['quotation', 'q'],
];

const looks = new Map(
  elements.flatMap(([look, names]) => names.split(' ').map((name) => [name, look] as const)),
);

/** Those that nobody sees, whatever their attributes are. */
export const hiddenElements = [...looks.keys()].filter((name) => looks.get(name) === 'hidden');

export function lookOf(name: string, attributes: Attributes): Look {
  return isHidden(attributes) ? 'hidden' : (looks.get(name) ?? 'inline');
}

/** Whether its attributes keep an element from everybody's eyes. */
export function isHidden({ hidden, style }: Attributes): boolean {
  if (hidden !== undefined) {
    return true;
  }
  if (style === undefined) {
    return false;
  }
  const styles = declarationsIn(style);
  return (
    styles.get('display') === 'none' ||
    /^(hidden|collapse)$/.test(styles.get('visibility') ?? '') ||
    isZero(styles.get('opacity')) ||
    (styles.get('overflow') === 'hidden' &&
      ['height', 'max-height', 'width', 'max-width'].some((name) => isZero(styles.get(name))))
  );
}

function isZero(value: string | undefined): boolean {
  return value !== undefined && /^0(\.0+)?([a-z]+|%)?$/.test(value);
}

const preformatted = new Set('pre listing xmp plaintext textarea'.split(' '));

/** Whether blanks in an element stand as they are written; undefined leaves that to the element around it. */
export function keepsBlanks(name: string, { style }: Attributes): boolean | undefined {
  const whiteSpace = style && declarationsIn(style).get('white-space');
  return whiteSpace ? whiteSpace.startsWith('pre') : preformatted.has(name) || undefined;
}

/** The declarations of a style attribute in lower case, the last one of each name. */
function declarationsIn(style: string): ReadonlyMap<string, string> {
  return new Map(
    style
      .toLowerCase()
      .split(';')
      .map((each) => {
        const [name = '', value = ''] = each.split(':');
        return [name.trim(), value.replace('!important', '').trim()];
      }),
  );
}
