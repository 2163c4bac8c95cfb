import type { Changing } from '../changes/changes.js';
import type { Viewer } from '../viewing/viewer.js';
import type { Preview } from './preview.js';

/** Who is told about an applied preview. */
export interface Applied {
  readonly viewer: Viewer;
  readonly preview: Preview;
  /** The locale key of what was done. */
  readonly title: string;
}

/** Tells the owners of changed rows. */
export interface Telling {
  /** Whether mails can be sent. */
  canTell(): Promise<boolean>;
  /** Prepares the mails to the owners after one; undefined after the last. Not in a transaction. */
  next(applied: Applied, after: number): Promise<Told | undefined>;
}

export interface Told {
  /** The last owner. */
  readonly upTo: number;
  /** Queues the mails. */
  write(changing: Changing): Promise<void>;
}
