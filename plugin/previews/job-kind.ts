import { NotFoundError } from '../errors.js';
import { noResult } from '../jobs/job.js';
import type { Chunk, JobKind, Json } from '../jobs/kind.js';
import type { Previews } from './previews.js';
import type { Applied } from './telling.js';

/** The preview that a job applies, and the key of its title. */
export interface PreviewPayload {
  readonly [name: string]: Json;
  readonly preview: number;
  readonly title: string;
}

/**
 * Applies previews of more rows than a request changes at once, and then tells the rows' owners, if asked to. If nobody
 * has read the preview first, it decides about all rows before it changes one.
 */
export function previewJob(previews: Previews): JobKind<PreviewPayload> {
  return {
    key: 'previews.apply',
    titleKey: ({ title }) => title,
    async next({ viewer, payload, cursor }) {
      const preview = await previews.find(viewer, payload.preview);
      const offered = await previews.offered.actionOf(preview);
      if (offered === undefined) {
        throw new NotFoundError();
      }
      const after = typeof cursor === 'number' ? cursor : 0;
      if (!preview.isCounted) {
        await previews.decideMore(viewer, preview, offered);
        return { cursor: after, count: 0, write: async () => noResult };
      }
      const chunk =
        toldUpTo(cursor) === undefined
          ? await previews.application.next(viewer, preview, offered.action, after)
          : undefined;
      return (
        chunk ??
        (await tellNext(previews, { viewer, preview, title: payload.title }, toldUpTo(cursor) ?? 0))
      );
    },
  };
}

/** Owners are told once all rows are done: then the cursor is the last one. */
function toldUpTo(cursor: Json | undefined): number | undefined {
  const { told }: { readonly told?: number } = Object(cursor);
  return told;
}

async function tellNext(
  { telling }: Previews,
  applied: Applied,
  after: number,
): Promise<Chunk | undefined> {
  const told = applied.preview.tellsOwners ? await telling?.next(applied, after) : undefined;
  return (
    told && {
      cursor: { told: told.upTo },
      count: 0,
      async write(changing) {
        await told.write(changing);
        return noResult;
      },
    }
  );
}
