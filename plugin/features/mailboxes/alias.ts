import { AddressError, EmailAddress, withoutTag } from '../../addresses/index.js';
import type { FieldError } from '../../errors.js';
import { RefusedError } from './refused-error.js';

/** An address that forwards to others. Addresses are in ASCII and lower case. */
export interface Alias {
  readonly address: string;
  readonly targets: readonly string[];
}

/** An alias of a domain as it is stored. */
export interface StoredAlias extends Alias {
  readonly id: number;
  readonly domainId: number;
  readonly version: number;
}

export const mostTargets = 50;

/** Postfix follows aliases recursively, so an alias must never lead back to itself. Tags grow on the way, and end nothing. */
export function leadsToItself(alias: Alias, others: readonly Alias[]): boolean {
  const targetsOf = new Map([...others, alias].map((each) => [each.address, each.targets]));
  const seen = new Set<string>();
  const pending = alias.targets.map(withoutTag);

  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next === alias.address) {
      return true;
    }
    if (!seen.has(next)) {
      seen.add(next);
      pending.push(...(targetsOf.get(next) ?? []).map(withoutTag));
    }
  }
  return false;
}

/** Whether forwarding from an address loops somewhere, with or without the address in the loop. */
export function leadsIntoCircle(start: string, steps: readonly Alias[]): boolean {
  const reached = new Set([withoutTag(start)]);
  const stepOf = new Map(steps.map((each) => [each.address, each]));
  for (const address of reached) {
    stepOf.get(address)?.targets.forEach((target) => reached.add(withoutTag(target)));
  }
  const open = new Set([...reached].filter((address) => stepOf.has(address)).toReversed());
  for (let before = Infinity; open.size < before;) {
    before = open.size;
    for (const address of open) {
      const targets = stepOf.get(address)?.targets ?? [];
      if (!targets.some((target) => open.has(withoutTag(target)))) {
        open.delete(address);
      }
    }
  }
  return open.size > 0;
}

/** What happens to aliases when an address is removed. */
export interface Consequences<T extends Alias> {
  /** Aliases that would forward nowhere. */
  readonly removed: readonly T[];
  /** Aliases that lose a target and keep others. */
  readonly shortened: readonly T[];
}

/**
 * Without an address, aliases that only forward to it forward nowhere, and neither do aliases that only forward to
 * those.
 */
export function withoutAddress<T extends Alias>(
  address: string,
  aliases: readonly T[],
): Consequences<T> {
  const gone = new Set([address]);
  const removed: T[] = [];
  const isLost = ({ address: own, targets }: T): boolean =>
    !gone.has(own) && targets.every((target) => gone.has(withoutTag(target)));

  for (let next = aliases.find(isLost); next !== undefined; next = aliases.find(isLost)) {
    gone.add(next.address);
    removed.push(next);
  }
  return {
    removed,
    shortened: aliases.filter(
      (alias) =>
        !gone.has(alias.address) && alias.targets.some((target) => gone.has(withoutTag(target))),
    ),
  };
}

/** A target as typed. */
export interface TypedTarget {
  /** Counted from 1. */
  readonly line: number;
  readonly address: EmailAddress;
}

export interface RefusedLine {
  readonly line: number;
  readonly text: string;
  readonly refusal: FieldError;
}

/**
 * Parses targets separated by line breaks, commas or semicolons; duplicates count once.
 *
 * @throws {RefusedError} naming every invalid line.
 */
export function targetsIn(text: string): readonly TypedTarget[] {
  const entries = differentOf(entriesIn(text));
  const tooMany = numberRefusal(entries.length);
  if (tooMany !== undefined) {
    throw new RefusedError(tooMany);
  }
  const targets = new Map<string, TypedTarget>();
  const refused: RefusedLine[] = [];
  for (const { line, text: typed } of entries) {
    const address = parsed(typed);
    if (address instanceof AddressError) {
      refused.push({ line, text: typed, refusal: { key: address.key } });
    } else if (!targets.has(address.toString())) {
      targets.set(address.toString(), { line, address });
    }
  }
  const refusal = refusedLines(refused);
  if (refusal !== undefined) {
    throw new RefusedError(refusal);
  }
  return [...targets.values()];
}

/** One message for all invalid lines: what is wrong with the first, and the numbers of the others. */
export function refusedLines([first, ...more]: readonly RefusedLine[]): FieldError | undefined {
  if (first === undefined) {
    return undefined;
  }
  const others = [...new Set(more.map(({ line }) => line))].filter((line) => line !== first.line);
  return {
    key: 'aliases.errors.targets',
    args: {
      ...first.refusal.args,
      count: 1 + others.length,
      line: first.line,
      text: shown(first.text),
      reason: first.refusal.key,
      others: others.join(', '),
    },
  };
}

function numberRefusal(count: number): FieldError | undefined {
  if (count === 0) {
    return { key: 'aliases.errors.no-target' };
  }
  return count > mostTargets
    ? { key: 'aliases.errors.too-many-targets', args: { count: mostTargets } }
    : undefined;
}

interface Entry {
  readonly line: number;
  readonly text: string;
}

/** Parses each text once, since parsing is slow. */
function differentOf(entries: readonly Entry[]): readonly Entry[] {
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    const text = entry.text.toLowerCase();
    first.set(text, first.get(text) ?? entry);
  }
  return [...first.values()];
}

function entriesIn(text: string): readonly Entry[] {
  return text.split(/\r\n|\r|\n/).flatMap((typed, index) =>
    typed
      .split(/[,;]/)
      .map((entry) => ({ line: index + 1, text: entry.trim() }))
      .filter((entry) => entry.text !== ''),
  );
}

function parsed(text: string): EmailAddress | AddressError {
  try {
    return EmailAddress.parse(text);
  } catch (error) {
    if (error instanceof AddressError) {
      return error;
    }
    throw error;
  }
}

/** Defuses `$t(`, which would make a message include another text. */
function shown(text: string): string {
  const printable = text.replaceAll(/\p{Cc}/gu, '�').replaceAll('$t(', '(');
  return printable.length > 60 ? `${printable.slice(0, 60)}…` : printable;
}
