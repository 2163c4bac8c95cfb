import type { FeatureParts } from '../../feature.js';
import type { Attention, Figure, OverviewPart, Step } from '../../panel/overview/contribution.js';

/** Something of the first page, with where its texts are. */
export type Labelled<Item> = Item & { readonly texts: string };

/** What all registrations show on the first page. */
export interface AllParts {
  /** By rank, as the figures. */
  readonly steps: readonly Labelled<Step>[];
  readonly figures: readonly Labelled<Figure>[];
  readonly attention: readonly Labelled<Attention>[];
  readonly recent: readonly NonNullable<OverviewPart['recent']>[];
}

export async function allParts(parts: FeatureParts): Promise<AllParts> {
  const made = await Promise.all(
    parts.registered.map(async (each) => ({
      id: each.id,
      part: (await each.overview?.(parts)) ?? {},
    })),
  );
  const labelled = <Item extends { readonly key: string }>(
    kind: string,
    of: (part: OverviewPart) => readonly Item[] | undefined,
  ): readonly Labelled<Item>[] =>
    made.flatMap(({ id, part }) =>
      (of(part) ?? []).map((item) => ({ ...item, texts: `${id}.overview.${kind}.${item.key}` })),
    );
  return {
    steps: labelled('steps', ({ steps }) => steps).toSorted(byRank),
    figures: labelled('figures', ({ figures }) => figures).toSorted(byRank),
    attention: labelled('attention', ({ attention }) => attention),
    recent: made.flatMap(({ part }) => (part.recent === undefined ? [] : [part.recent.bind(part)])),
  };
}

interface Ranked {
  readonly rank: number;
}

function byRank(one: Ranked, other: Ranked): number {
  return one.rank - other.rank;
}
