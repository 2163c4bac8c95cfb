import type { Attributes } from './html-reader.js';

/** How an element is rendered; `hidden` includes its content. */
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
      // Office's own elements outside of comments.
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

/** Elements that are never visible. */
export const hiddenElements = [...looks.keys()].filter((name) => looks.get(name) === 'hidden');

export function lookOf(name: string, attributes: Attributes): Look {
  return isHidden(attributes) ? 'hidden' : (looks.get(name) ?? 'inline');
}

/** Whether its attributes hide an element. */
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

/** Whether white space in an element is preserved; undefined inherits that. */
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
