import type { Role } from '../manifest.js';

/** A kind of mail from the panel itself, declared by the part that sends it. */
export interface MailKind {
  /** Unique among all kinds, such as `job-finished`. */
  readonly key: string;
  /**
   * The file of its texts, below `mails.<key>`: `subject`; `text`, paragraphs with blank lines between them; `button`, the
   * label of its link; optionally `after`, paragraphs below the button; `label` if it can be switched off.
   */
  readonly feature: string;
  /** The arguments of its texts. */
  readonly fields: readonly string[];
  /** Fields that readers copy, or that name texts. The others are what somebody typed: no link comes of them. */
  readonly exact?: readonly string[];
  /** Fields that are lists, a paragraph for each item: JSON for each language, as `<name>.<locale>`. */
  readonly lists?: readonly string[];
  /** The roles whose accounts receive it and may switch it off; undefined if it must always arrive. */
  readonly switchableBy?: readonly Role[];
}

/** The locale key of a kind's text. */
export function mailText(
  { feature, key }: Pick<MailKind, 'feature' | 'key'>,
  part: 'subject' | 'text' | 'button' | 'after' | 'label',
): string {
  return `${feature}.mails.${key}.${part}`;
}

/** @throws {Error} when two kinds have the same key. */
export async function mailKindsOf(
  registered: readonly { mails?(): Promise<readonly MailKind[]> }[],
): Promise<ReadonlyMap<string, MailKind>> {
  const kindsOfEach = await Promise.all(
    registered.map(async (each) => (await each.mails?.()) ?? []),
  );
  const all = kindsOfEach.flat();
  const kinds = new Map(all.map((kind) => [kind.key, kind]));
  if (kinds.size < all.length) {
    throw new Error('Two kinds of mails have the same key.');
  }
  return kinds;
}

/** How the log of changes names a kind. */
export function mailName({ feature, key }: MailKind): string {
  return `${feature}.${key}`;
}

/** The locale key of a kind that the log of changes names. */
export function mailNameLabel(name: string): string {
  const [feature = '', key = ''] = name.split('.');
  return mailText({ feature, key }, 'label');
}

/** The kinds that accounts of a role receive and may switch off. */
export function switchableKinds(
  kinds: ReadonlyMap<string, MailKind>,
  role: Role,
): readonly MailKind[] {
  return [...kinds.values()].filter(({ switchableBy }) => switchableBy?.includes(role) === true);
}
