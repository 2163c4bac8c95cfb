import type { Page } from 'playwright-core';

/** A row of a table as a screen reader tells it. */
export interface SpokenRow {
  /** The name of its header. */
  readonly header: string;
  /** The names of its links, buttons and checkboxes. */
  readonly controls: readonly string[];
}

interface Node {
  readonly nodeId: string;
  readonly ignored: boolean;
  readonly role?: { readonly value?: string };
  readonly name?: { readonly value?: string };
  readonly childIds?: readonly string[];
}

const controls = new Set(['link', 'button', 'checkbox']);

/** The rows below the headings of all tables of a page, from Chromium's accessibility tree. */
export async function spokenRows(page: Page): Promise<readonly SpokenRow[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes }: { readonly nodes: readonly Node[] } = await session.send(
    'Accessibility.getFullAXTree',
  );
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const below = (node: Node): readonly Node[] =>
    (node.childIds ?? []).flatMap((id) => {
      const child = byId.get(id);
      return child === undefined ? [] : [child, ...below(child)];
    });
  return nodes
    .filter((node) => node.role?.value === 'row' && !node.ignored)
    .map(below)
    .filter((parts) => parts.every(({ role }) => role?.value !== 'columnheader'))
    .map((parts) => ({
      header: parts
        .filter(({ role }) => role?.value === 'rowheader')
        .map(nameOf)
        .join(' | '),
      controls: parts.filter(({ role }) => controls.has(role?.value ?? '')).map(nameOf),
    }));
}

function nameOf({ name }: Node): string {
  return name?.value?.trim() ?? '';
}
