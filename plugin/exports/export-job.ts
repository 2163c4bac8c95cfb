import type { DatabaseLocation } from '../database/database.js';
import type { ErrorArgs } from '../errors.js';
import type { Locale } from '../web/locale.js';
import type { Listing } from '../tables/listing.js';
import type { Format } from './exported-list.js';

/** What a thread needs to make a file. */
export interface ExportJob {
  readonly location: DatabaseLocation;
  /** The module with the panel's lists, beside those of the program. */
  readonly panelModule: string | undefined;
  /** The table's key. */
  readonly list: string;
  /** The keys of the chosen columns. */
  readonly columns: readonly string[];
  readonly listing: Listing;
  /** The search and the filters in words. */
  readonly narrowedBy: readonly string[];
  readonly format: Format;
  /** Whether a CSV file is for Excel. */
  readonly isForExcel: boolean;
  readonly locale: Locale;
  readonly title: string;
  readonly madeAt: number;
}

/** Messages to the thread: a job, or that a chunk of its file was taken. */
export type ToThread = ExportJob | 'taken';

/**
 * Messages of the thread about a job. After each `chunk` it waits for permission to make another; after `refused` or
 * `end` it waits for another job.
 */
export type ThreadMessage =
  | { readonly kind: 'counted'; readonly rowCount: number }
  | { readonly kind: 'refused'; readonly key: string; readonly args: ErrorArgs }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array; readonly rowsDone: number }
  | { readonly kind: 'end'; readonly rowsDone: number };
