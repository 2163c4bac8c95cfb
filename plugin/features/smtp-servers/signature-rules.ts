/** Allowed elements, none of which loads or runs anything. */
export const keptElements = (
  'p br div span strong b em i u a ul ol li table caption colgroup col thead tbody tfoot tr td th font big small sub ' +
  'sup s strike del ins h1 h2 h3 h4 h5 h6 hr blockquote pre code'
).split(' ');

/** Blocks that are replaced by others. */
export const otherBlocks = new Set(
  (
    'section article header footer main nav aside address hgroup dl dt dd figure figcaption details summary center ' +
    'menu dir listing search'
  ).split(' '),
);

const color = '#[\\da-f]{3,8}|[a-z]{3,20}|(?:rgb|hsl)a?\\([\\d\\s.,%/]{5,40}\\)';
const length = '0|\\d{1,4}(?:\\.\\d{1,4})?(?:px|pt|em|rem|ex|pc|in|cm|mm|%)';
const line =
  '\\d{1,2}(?:\\.\\d{1,4})?(?:px|pt|em)?|thin|medium|thick|none|solid|dashed|dotted|double|groove|ridge|inset|outset';

/** The whole value, a list of words of one kind. */
function words(kind: string, most = 1): RegExp {
  return new RegExp(`^(?:${kind})(?:\\s+(?:${kind})){0,${most - 1}}$`, 'i');
}

/** Allowed attributes with their values. */
export const keptAttributes: Readonly<Record<string, RegExp>> = {
  align: words('left|right|center|justify'),
  valign: words('top|middle|bottom|baseline'),
  width: words('\\d{1,4}(?:px|%)?'),
  height: words('\\d{1,4}(?:px|%)?'),
  border: words('\\d{1,2}'),
  cellpadding: words('\\d{1,2}'),
  cellspacing: words('\\d{1,2}'),
  colspan: words('\\d{1,2}'),
  rowspan: words('\\d{1,2}'),
  span: words('\\d{1,2}'),
  nowrap: /^(nowrap)?$/i,
  noshade: /^(noshade)?$/i,
  bgcolor: words(color),
  color: words(color),
  face: /^[\p{L}\d\s,'"_-]{1,200}$/u,
  size: /^[+-]?\d{1,2}$/,
  type: /^(disc|circle|square|[1ai])$/i,
  start: /^\d{1,6}$/,
  value: /^\d{1,6}$/,
  dir: words('ltr|rtl|auto'),
  lang: /^[a-z]{2,3}(-[a-z\d]{2,8}){0,3}$/i,
};

const edges = ['top', 'right', 'bottom', 'left'];

/** Allowed style properties with their values. */
export const keptStyles: Readonly<Record<string, RegExp>> = {
  color: words(color),
  background: words(color),
  'background-color': words(color),
  font: /^[\p{L}\d\s,'".%/_-]{1,200}$/u,
  'font-family': /^[\p{L}\d\s,'"_-]{1,200}$/u,
  'font-size': words(
    '\\d{1,2}(?:\\.\\d{1,4})?(?:px|pt|em|rem|ex)|\\d{1,3}%|(?:xx?-)?(?:small|large)|medium|smaller|larger',
  ),
  'font-weight': words('bold|normal|lighter|bolder|[1-9]00'),
  'font-style': words('italic|normal|oblique'),
  'font-variant': words('normal|small-caps'),
  'line-height': words(`normal|\\d(?:\\.\\d{1,4})?|${length}`),
  'letter-spacing': words(`normal|-?\\d(?:\\.\\d{1,4})?(?:px|pt|em)|0`),
  'text-align': words('left|right|center|justify|start|end'),
  'text-decoration': words(`underline|line-through|none|solid|${color}`, 3),
  'text-transform': words('none|uppercase|lowercase|capitalize'),
  'text-indent': words(length),
  'vertical-align': words(`top|middle|bottom|baseline|sub|super|text-top|text-bottom|${length}`),
  'white-space': words('normal|nowrap|pre|pre-wrap|pre-line'),
  'word-break': words('normal|break-all|break-word|keep-all'),
  'overflow-wrap': words('normal|anywhere|break-word'),
  direction: words('ltr|rtl'),
  display: words('block|inline|inline-block|table|table-row|table-cell'),
  'list-style-type': words('none|disc|circle|square|decimal|[a-z]{5}-(?:alpha|roman)'),
  'border-collapse': words('collapse|separate'),
  'border-spacing': words(length, 2),
  'border-radius': words(length, 4),
  'border-width': words(line, 4),
  'border-style': words(line, 4),
  'border-color': words(color, 4),
  'table-layout': words('auto|fixed'),
  ...every(
    ['width', 'max-width', 'min-width', 'height', 'min-height'],
    words(`auto|none|${length}`),
  ),
  ...every(['margin', 'padding'], words(`auto|${length}`, 4)),
  ...every(
    edges.flatMap((edge) => [`margin-${edge}`, `padding-${edge}`]),
    words(`auto|${length}`),
  ),
  ...every(['border', ...edges.map((edge) => `border-${edge}`)], words(`${line}|${color}`, 3)),
};

function every(names: readonly string[], values: RegExp): Record<string, RegExp> {
  return Object.fromEntries(names.map((name) => [name, values]));
}
