import type { Database } from '../../database/database.js';
import { NotFoundError } from '../../errors.js';
import type { Registration } from '../../feature.js';
import type {
  Attention,
  Figure,
  Finding,
  RecentEntry,
  Step,
} from '../../panel/overview/contribution.js';
import type { EffectivePlan } from '../../panel/directory/effective-plan.js';
import { planChangeText } from '../../panel/directory/effective-text.js';
import { EffectivePlans } from '../../panel/directory/effective-plans.js';
import { type Meter, limitsOf, metersOf } from '../../panel/directory/meters.js';
import { usageOf } from '../../panel/directory/plan-usage.js';
import { mostCounted } from '../../tables/search-index.js';
import type { Manifest } from '../../manifest.js';
import { permissionText, withheldFrom } from '../../viewing/permissions.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Language } from '../../web/locale.js';
import { Counts, type Wanted } from './counts.js';
import type { AllParts, Labelled } from './parts.js';
import { isPutAway } from './store.js';

export interface ShownStep {
  readonly key: string;
  readonly texts: string;
  readonly isDone: boolean;
  /** Below the mount point; undefined if another step comes before. */
  readonly path: string | undefined;
  readonly mayDo: boolean;
  readonly hasPage: boolean;
  readonly command: string | undefined;
  readonly canCheck: boolean;
  /** Whether there is nothing to check before another step is done. */
  readonly waits: boolean;
}

/** A count with its label, which goes without the number. */
interface ShownCount {
  readonly texts: string;
  readonly path: string;
  readonly count: number;
  readonly isCapped: boolean;
  /** The plan's limit; undefined if there is none to show. */
  readonly limit: number | undefined;
  readonly isPerDomain: boolean;
}

export interface OverviewPage {
  readonly steps: readonly ShownStep[];
  readonly isPutAway: boolean;
  readonly figures: readonly ShownCount[];
  readonly attention: readonly ShownCount[];
  readonly recent: readonly RecentEntry[];
  /** What the account uses of its plan's limits. */
  readonly meters: readonly Meter[];
  readonly withheld: Withheld;
}

/** What an account's plan does not include. */
interface Withheld {
  /** Keys of their texts. */
  readonly texts: readonly string[];
  /** Who can change that. */
  readonly who: string;
}

interface OverviewParts {
  readonly db: Database;
  readonly all: () => Promise<AllParts>;
  readonly registered: readonly Registration[];
  readonly manifest: Pick<Manifest, 'permissions'>;
}

/** The first page of administrators, resellers and customers. It names no feature: each says what it adds. */
export class Overview {
  readonly #parts: OverviewParts;
  readonly #counts: Counts;
  readonly #plans: EffectivePlans;

  constructor(parts: OverviewParts) {
    this.#parts = parts;
    this.#counts = new Counts(parts.db);
    this.#plans = new EffectivePlans(parts.db);
  }

  async page(viewer: Viewer, language: Language): Promise<OverviewPage> {
    const all = await this.#parts.all();
    const steps = all.steps.filter(({ roles }) => roles.includes(viewer.role));
    const may = (item: Pick<Attention, 'permission'>): boolean =>
      viewer.permissions.has(item.permission);
    const [figures, attention] = [all.figures.filter(may), all.attention.filter(may)];
    const plan = await this.#planOf(viewer);
    const limits = viewer.role === 'customer' ? plan?.limits : undefined;
    const [counts, meters, putAway, recent] = await Promise.all([
      this.#counts.of(viewer, [
        ...steps.flatMap(existing),
        ...[...figures, ...attention].map(({ texts, rows }) => ({
          name: texts,
          rows,
          most: mostCounted + 1,
        })),
      ]),
      this.#meters(viewer, plan, language),
      isPutAway(this.#parts.db, viewer.accountId),
      Promise.all(all.recent.map((each) => each(viewer, language))),
    ]);
    const shown = (item: Labelled<Attention> & Partial<Labelled<Figure>>): ShownCount => ({
      ...countOf(item, counts),
      limit: item.limit && limits?.[item.limit],
      isPerDomain: item.isPerDomain === true,
    });
    return {
      steps: await Promise.all(
        steps.map((step) => shownStep(step, viewer, { counts, all: steps })),
      ),
      isPutAway: putAway,
      figures: figures.map(shown),
      attention: attention.map(shown).filter(({ count }) => count > 0),
      recent: recent.flat(),
      meters,
      withheld: {
        texts: withheldFrom(viewer, this.#parts.manifest.permissions).map(({ id }) =>
          permissionText(id),
        ),
        who: plan === undefined ? '' : planChangeText(plan, viewer, language),
      },
    };
  }

  /**
   * What has to be done before this step, or the step itself if it is not the viewer's to do; undefined if the step is
   * next, or unknown to this panel.
   */
  async before(viewer: Viewer, key: string): Promise<ShownStep | undefined> {
    const { steps } = await this.#parts.all();
    const theirs = steps.filter(({ roles }) => roles.includes(viewer.role));
    const step = theirs.find((each) => each.key === key);
    const chain = theirs.filter((each) => step !== undefined && isBefore(each, step, theirs));
    const counts = await this.#counts.of(viewer, chain.flatMap(existing));
    const shown = await Promise.all(
      chain.map((each) => shownStep(each, viewer, { counts, all: chain })),
    );
    const next = shown.find(({ isDone }) => !isDone);
    return next?.key === key && next.mayDo ? undefined : next;
  }

  /** Finds out whether a step is done. @throws {NotFoundError} */
  async check(
    viewer: Viewer,
    key: string,
  ): Promise<{ readonly step: ShownStep; readonly finding: Finding }> {
    const { steps } = await this.#parts.all();
    const step = steps.find((each) => each.key === key && each.roles.includes(viewer.role));
    if (step?.check === undefined) {
      throw new NotFoundError();
    }
    const finding = await step.check(viewer);
    const shown = await shownStep({ ...step, done: finding.isDone }, viewer, {
      counts: new Map(),
      all: [],
    });
    return { step: shown, finding };
  }

  /** The plan of a customer or of a reseller. */
  async #planOf({ role, accountId }: Viewer): Promise<EffectivePlan | undefined> {
    return role === 'customer' || role === 'reseller' ? await this.#plans.of(accountId) : undefined;
  }

  /** Counts the account alone: a reseller's other counts include its customers, whose plans differ. */
  async #meters(
    { accountId }: Viewer,
    plan: EffectivePlan | undefined,
    language: Language,
  ): Promise<readonly Meter[]> {
    if (plan === undefined) {
      return [];
    }
    const { db, registered } = this.#parts;
    const of = limitsOf(plan);
    const usage = await usageOf(registered, { db: db.knex, accountId, of });
    return metersOf(plan, usage, of, language);
  }
}

/** Whether a step needs another, itself included. */
function isBefore(one: Step, step: Step, all: readonly Step[]): boolean {
  const needed = all.filter(({ key }) => step.needs?.includes(key));
  return one === step || needed.some((each) => isBefore(one, each, all));
}

function existing({ texts, done }: Labelled<Step>): readonly Wanted[] {
  return typeof done === 'boolean' ? [] : [{ name: texts, rows: done, most: 1 }];
}

function countOf(
  { texts, path }: { readonly texts: string; readonly path: string },
  counts: ReadonlyMap<string, number>,
): Pick<ShownCount, 'texts' | 'path' | 'count' | 'isCapped'> {
  const count = counts.get(texts) ?? 0;
  return { texts, path, count: Math.min(count, mostCounted), isCapped: count > mostCounted };
}

interface Known {
  readonly counts: ReadonlyMap<string, number>;
  readonly all: readonly Labelled<Step>[];
}

function doneIn({ counts }: Pick<Known, 'counts'>, { texts, done }: Labelled<Step>): boolean {
  return typeof done === 'boolean' ? done : (counts.get(texts) ?? 0) > 0;
}

async function shownStep(step: Labelled<Step>, viewer: Viewer, known: Known): Promise<ShownStep> {
  const { key, texts, page, command } = step;
  const isDone = doneIn(known, step);
  const open = known.all.filter((each) => !doneIn(known, each));
  const waits = 'check' in step && open.some((each) => step.needs?.includes(each.key) === true);
  const mayDo = page !== undefined && viewer.permissions.has(page.permission);
  return {
    key,
    texts,
    isDone,
    hasPage: page !== undefined,
    mayDo,
    path: mayDo && !isDone ? await page.path(viewer) : undefined,
    command,
    canCheck: 'check' in step && !waits,
    waits,
  };
}
