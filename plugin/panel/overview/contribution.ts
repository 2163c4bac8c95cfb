import type { Knex } from 'knex';
import type { ErrorArgs } from '../../errors.js';
import type { Role } from '../../manifest.js';
import type { Language } from '../../web/locale.js';
import type { Access } from '../../web/route-table.js';
import type { Scope } from '../../viewing/scope.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { LimitName } from '../directory/plan.js';

/** Whose rows are counted. Values are placeholders: the statement is prepared once for each kind of scope. */
interface CountedFor {
  readonly scope: Scope['kind'];
  /** The viewer's account, which is also that of its scope. */
  readonly account: Knex.Value;
}

/** The rows to count, without columns. All counts of a page are one statement, and each stops at a limit. */
export type Rows = (db: Knex, whose: CountedFor) => Knex.QueryBuilder;

interface Counted {
  /** Its texts are `<registration>.overview.<figures or attention>.<key>`. */
  readonly key: string;
  readonly permission: Access;
  readonly rows: Rows;
  /** The list of these rows, below the mount point. */
  readonly path: string;
}

/** How many of something an account has. */
export interface Figure extends Counted {
  /** Its place among the figures. */
  readonly rank: number;
  /** The plan's limit, shown to customers. */
  readonly limit?: LimitName;
  /** Whether the limit is for each domain. */
  readonly isPerDomain?: boolean;
}

/** Something that should not stay as it is. Without such rows, it is not shown. */
export type Attention = Counted;

/** What has been found out about a step. */
export interface Finding {
  readonly isDone: boolean;
  /** What was looked at, such as a domain. */
  readonly about?: string;
  /** A locale key. */
  readonly text: string;
  readonly args?: ErrorArgs;
}

/** A step on the way to a working mail domain. Its texts are `title`, `why` and `action`. */
export interface Step {
  /** Its texts are below `<registration>.overview.steps.<key>`. */
  readonly key: string;
  /** Its place among the steps. */
  readonly rank: number;
  readonly roles: readonly Role[];
  /** Keys of steps that come before. */
  readonly needs?: readonly string[];
  /** Rows that exist once it is done, or what the configuration says. */
  readonly done: Rows | boolean;
  /** The page that does it. Without the permission, its text is `elsewhere`; without a path, `before`. */
  readonly page?: {
    readonly permission: Access;
    path(viewer: Viewer): Promise<string | undefined>;
  };
  /** The command or the variable that does it, where no page can. */
  readonly command?: string;
  /** Finds out what only the network knows; asked for after the page is shown. */
  check?(viewer: Viewer): Promise<Finding>;
}

/** An entry of what was done last. */
export interface RecentEntry {
  readonly at: number;
  readonly actor: string;
  readonly text: string;
  readonly subject: string;
}

/** What the first page shows of a feature. */
export interface OverviewPart {
  readonly steps?: readonly Step[];
  readonly figures?: readonly Figure[];
  readonly attention?: readonly Attention[];
  recent?(viewer: Viewer, language: Language): Promise<readonly RecentEntry[]>;
}

/** The rows of a table with `owner_id` and `reseller_id` within the scope. */
export function ownedRows(
  table: string,
  narrow: (rows: Knex.QueryBuilder) => Knex.QueryBuilder = (rows) => rows,
): Rows {
  return (db, whose) => narrow(within(db(table), table, whose));
}

/** The same for a table whose rows belong to domains. */
export function rowsInDomains(
  table: string,
  narrow: (rows: Knex.QueryBuilder) => Knex.QueryBuilder = (rows) => rows,
): Rows {
  return (db, whose) =>
    narrow(
      whose.scope === 'all'
        ? db(table)
        : within(db(table).join('domains', 'domains.id', `${table}.domain_id`), 'domains', whose),
    );
}

function within(
  rows: Knex.QueryBuilder,
  table: string,
  { scope, account }: CountedFor,
): Knex.QueryBuilder {
  if (scope === 'all') {
    return rows;
  }
  return rows.where(`${table}.${scope === 'reseller' ? 'reseller_id' : 'owner_id'}`, account);
}
