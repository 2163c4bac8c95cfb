import { createHash } from 'node:crypto';
import { type Decision, type Reason, reasonsOf } from '../changes/decision.js';
import type { Asked } from '../changes/verb.js';
import { foldText } from '../database/fold-text.js';
import type { Fields } from '../changes/changed-fields.js';
import type { Json } from '../jobs/kind.js';
import type { AnyRowsAction } from './action.js';
import type { PreviewKind } from './preview.js';

/** A class of rows before it is stored. */
export interface DecidedClass {
  /** Identifies it within its preview. */
  readonly digest: string;
  readonly kind: PreviewKind;
  readonly isAlike: boolean;
  readonly before: Fields | undefined;
  readonly after: Fields | undefined;
  /** Why they are refused, or what is left out when they change. */
  readonly reasons: readonly Reason[];
  /** If it differs from the preview's. */
  readonly wanted?: Json;
  /** The action of the entries that they undo, if entries of several are undone. */
  readonly undoes?: string | undefined;
}

export interface DecidedRow {
  readonly id: number;
  readonly version: number;
  readonly name: string;
  readonly sortName: string;
  /** Its name in the activity log, if that is another. */
  readonly audited?: string;
  readonly class: DecidedClass;
}

/**
 * Decides about subjects, once for all that are alike.
 *
 * @param own what is wanted of these, if it differs from the preview's.
 */
export function decideRows(
  action: AnyRowsAction,
  { viewer, wanted }: Asked<unknown, unknown>,
  subjects: readonly unknown[],
  own?: Json,
): readonly DecidedRow[] {
  const { verb } = action;
  const known = new Map<string, DecidedClass>();
  const decided = (subject: unknown): DecidedClass => {
    const key = verb.alike?.keyOf(subject, wanted);
    const found = key === undefined ? undefined : known.get(key);
    if (found !== undefined) {
      return found;
    }
    const made = classOf(action, { decision: verb.decide(viewer, subject, wanted) }, key, own);
    known.set(key ?? made.digest, made);
    return made;
  };
  return subjects.map((subject) => rowOf(action, subject, decided(subject)));
}

/** A subject that is decided about, as its preview stores it. */
export function rowOf(action: AnyRowsAction, subject: unknown, of: DecidedClass): DecidedRow {
  const name = action.nameOf(subject);
  const audited = action.auditedAs?.(subject) ?? name;
  const undoes = action.undoneBy?.(subject);
  return {
    id: action.idOf(subject),
    version: action.versionOf(subject),
    name,
    sortName: orderOf(action, subject, audited === name ? name : `${name} ${audited}`),
    ...(audited !== name && { audited }),
    class:
      undoes === undefined ? of : { ...of, undoes, digest: digestOf(`${undoes} ${of.digest}`) },
  };
}

/** Folding makes some texts longer. */
const longestOrder = 512;

function orderOf(action: AnyRowsAction, subject: unknown, names: string): string {
  const order = action.orderOf?.(subject);
  return foldText(order === undefined ? names : `${order} ${names}`).slice(0, longestOrder);
}

/** A decision, and what carrying it out leaves out. */
interface Decided {
  readonly decision: Decision<unknown>;
  readonly left?: readonly Reason[];
}

export function classOf(
  action: AnyRowsAction,
  { decision, left = [] }: Decided,
  key?: string,
  own?: Json,
): DecidedClass {
  const isRefused = decision.kind === 'refused';
  const changed = decision.kind === 'will-change' ? action.changeOf?.(decision.change) : undefined;
  const content = {
    kind: decision.kind,
    before: changed?.before,
    after: changed?.after,
    reasons: isRefused ? reasonsOf(decision) : left,
  };
  const told = key === undefined ? JSON.stringify(content) : `alike ${key}`;
  return {
    ...content,
    digest: digestOf(own === undefined ? told : `${told} ${JSON.stringify(own)}`),
    isAlike: key !== undefined,
    ...(own !== undefined && { wanted: own }),
  };
}

/** The class of rows that are refused before their action decides. */
export function refusedClass(reason: Reason): DecidedClass {
  return {
    kind: 'refused',
    digest: digestOf(`refused ${JSON.stringify(reason)}`),
    isAlike: false,
    before: undefined,
    after: undefined,
    reasons: [reason],
  };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
