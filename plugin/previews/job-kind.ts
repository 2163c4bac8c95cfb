import { NotFoundError } from '../errors.js';
import type { JobKind, Json } from '../jobs/kind.js';
import type { Previews } from './previews.js';

/** The preview that a job applies, and the key of its title. */
export interface PreviewPayload {
  readonly [name: string]: Json;
  readonly preview: number;
  readonly title: string;
}

/** Applies previews of more rows than a request changes at once. */
export function previewJob(previews: Previews): JobKind<PreviewPayload> {
  return {
    key: 'previews.apply',
    titleKey: ({ title }) => title,
    async next({ viewer, payload, cursor }) {
      const preview = await previews.find(viewer, payload.preview);
      const offered = await previews.actionOf(preview);
      if (offered === undefined) {
        throw new NotFoundError();
      }
      return await previews.application.next(viewer, preview, offered.action, Number(cursor ?? 0));
    },
  };
}
