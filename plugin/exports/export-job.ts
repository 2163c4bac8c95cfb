import type { DatabaseLocation } from '../database/database.js';
import type { ErrorArgs } from '../errors.js';
import type { Locale } from '../web/locale.js';
import type { Listing } from '../tables/listing.js';
import type { Format } from './exported-list.js';

/** Everything that a thread has to know to make a file. */
export interface ExportJob {
  readonly location: DatabaseLocation;
  /** The table's key. */
  readonly list: string;
  /** The keys of the chosen columns. */
  readonly columns: readonly string[];
  readonly listing: Listing;
  readonly format: Format;
  /** Whether a CSV file is to be opened there. */
  readonly isForExcel: boolean;
  readonly locale: Locale;
  readonly title: string;
  readonly madeAt: number;
}

/** What the thread says. After each `chunk` it waits until it may make another one. */
export type ThreadMessage =
  | { readonly kind: 'counted'; readonly rowCount: number }
  | { readonly kind: 'refused'; readonly key: string; readonly args: ErrorArgs }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array; readonly rowsDone: number }
  | { readonly kind: 'end'; readonly rowsDone: number };
