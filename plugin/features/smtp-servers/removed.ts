import { isHidden } from '../../sending/html-elements.js';
import { type Attributes, readHtml } from '../../sending/html-reader.js';
import type { Language } from '../../web/locale.js';
import { linkIn } from './signature-links.js';
import { keptStyles } from './signature-rules.js';
import { withTextKept } from './typed-text.js';

/** Kinds of content that a signature loses, as people call them: keys below `smtp-servers.removed`. */
const removedKinds = [
  'script',
  'image',
  'style-sheet',
  'field',
  'embedded',
  'link',
  'hidden',
  'look',
] as const;
type RemovedKind = (typeof removedKinds)[number];

/** How many of each kind. */
export type Removed = ReadonlyMap<RemovedKind, number>;

const kindsOfElements = new Map<string, RemovedKind>([
  ...named('script', 'script'),
  ...named('image', 'img v:imagedata'),
  ...named('style-sheet', 'style'),
  ...named('field', 'input select textarea button'),
  ...named('embedded', 'iframe frame object embed applet video audio canvas svg math'),
]);

function named(kind: RemovedKind, names: string): [string, RemovedKind][] {
  return names.split(' ').map((name) => [name, kind]);
}

/** What `sanitizeSignature` removes that somebody would miss. */
export function removedFrom(typed: string): Removed {
  const removed = new Map<RemovedKind, number>();
  readHtml(withTextKept(typed), {
    opened(name, attributes) {
      for (const kind of kindsIn(name, attributes)) {
        removed.set(kind, (removed.get(kind) ?? 0) + 1);
      }
    },
  });
  return removed;
}

function kindsIn(name: string, attributes: Attributes): readonly RemovedKind[] {
  const element = isStyleLink(name, attributes) ? 'style-sheet' : kindsOfElements.get(name);
  if (element !== undefined) {
    return [element];
  }
  if (isHidden(attributes)) {
    return ['hidden'];
  }
  const { href, style = '', background } = attributes;
  return [
    ...Object.keys(attributes).flatMap((each) =>
      /^on[a-z]/.test(each) ? ['script' as const] : [],
    ),
    ...(name === 'a' && href !== undefined && linkIn(href) === undefined
      ? [/^\s*(javascript|vbscript):/i.test(href) ? ('script' as const) : ('link' as const)]
      : []),
    ...(background === undefined ? [] : ['image' as const]),
    ...looksIn(style),
  ];
}

function isStyleLink(name: string, { rel = '' }: Attributes): boolean {
  return name === 'link' && /stylesheet/i.test(rel);
}

/** What programs write for themselves, without a visible effect in mail. */
const unimportant =
  /^(mso-|-|tab-|page|orphans|widows|text-(?!shadow)|layout-|line-break|box-sizing|font-|zoom|cursor|word-)/;

function looksIn(style: string): readonly RemovedKind[] {
  return style.split(';').flatMap((each) => {
    const [name = '', ...rest] = each.toLowerCase().split(':');
    const value = rest.join(':').replace('!important', '').trim();
    if (value === '' || keptStyles[name.trim()]?.test(value) === true) {
      return [];
    }
    return value.includes('url(')
      ? ['image' as const]
      : unimportant.test(name.trim())
        ? []
        : ['look' as const];
  });
}

/** A sentence; undefined if nothing was removed. */
export function removedSentence(removed: Removed, { t, list }: Language): string | undefined {
  const parts = removedKinds.flatMap((kind) => {
    const count = removed.get(kind);
    return count === undefined ? [] : [t(`smtp-servers.removed.${kind}`, { count })];
  });
  return parts.length === 0 ? undefined : t('smtp-servers.removed.sentence', { list: list(parts) });
}

/** For the URL of the page that reports it after saving. */
export function removedInQuery(removed: Removed): string {
  return [...removed].map(([kind, count]) => `${kind}.${count}`).join('_');
}

export function removedInAddress(query: string): Removed {
  return new Map(
    removedKinds.flatMap((kind) => {
      const [, count] = new RegExp(`(?:^|_)${kind}\\.(\\d{1,5})(?:_|$)`).exec(query) ?? [];
      return count === undefined ? [] : [[kind, Number(count)] as const];
    }),
  );
}
