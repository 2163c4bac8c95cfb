import { withoutTag } from '../../addresses/index.js';
import { type Refused, refused, refusedAt } from '../../changes/decision.js';
import type { FieldError } from '../../errors.js';
import { type Alias, type StoredAlias, leadsToItself } from './alias.js';
import { type TargetsFacts, type WantedTargets, targetsRefusal } from './alias-targets.js';
import type { TargetFacts } from './recipients.js';
import { removalLoop } from './removals.js';

/** What follows from another address. */
export interface Renaming {
  /** The addresses of the aliases in the viewer's scope that forward to the former one. */
  readonly followers: ReadonlySet<string>;
  /** Where mail for the former one goes on to; undefined when nowhere. */
  readonly given: string | undefined;
}

/** An alias before and after its change, as if both were stored already. */
interface AliasMove {
  readonly before: Alias;
  readonly after: Alias;
  /** Undefined while it keeps its address. */
  readonly renaming: Renaming | undefined;
}

/** Why an alias cannot change like this, if so. @param address why it cannot have its new address. */
export function moveRefusal(
  move: AliasMove,
  wanted: WantedTargets,
  targets: TargetsFacts,
  address: FieldError | undefined,
): Refused | undefined {
  const facts = factsAfter(targets, move);
  return address === undefined && comesBack(move, facts)
    ? refused(removalLoop(move.before.address))
    : refusedAt({ address, targets: targetsRefusal(wanted, facts) });
}

/** Whether mail for the former address would loop back to it. */
function comesBack({ before, renaming }: AliasMove, { steps = [] }: TargetsFacts): boolean {
  const given = renaming?.given;
  return given !== undefined && leadsToItself({ address: before.address, targets: [given] }, steps);
}

/** The facts as they are once the alias has changed. */
function factsAfter(facts: TargetsFacts, move: AliasMove): TargetsFacts {
  const recipients = new Map(
    [...facts.recipients].map(([address, target]) => [address, recipientAfter(target, move)]),
  );
  return { ...facts, steps: facts.steps && stepsAfter(facts.steps, move), recipients };
}

function stepsAfter(
  steps: readonly Alias[],
  { before, after, renaming }: AliasMove,
): readonly Alias[] {
  const { followers = new Set<string>(), given } = renaming ?? {};
  const others = steps
    .filter(({ address }) => address !== before.address && address !== after.address)
    .map((step) => (followers.has(step.address) ? following(step, { before, after }) : step));
  return [
    ...others,
    { address: after.address, targets: after.targets.map(withoutTag) },
    ...(given === undefined ? [] : [{ address: before.address, targets: [given] }]),
  ];
}

function following(
  { address, targets }: Alias,
  { before, after }: Pick<AliasMove, 'before' | 'after'>,
): Alias {
  const moved = targets.map((target) => (target === before.address ? after.address : target));
  return { address, targets: moved };
}

/** A renamed alias leaves no recipient at its former address. */
function recipientAfter(target: TargetFacts, { before, renaming }: AliasMove): TargetFacts {
  return renaming !== undefined && withoutTag(target.address.toString()) === before.address
    ? { ...target, isSuspended: undefined, exists: false }
    : target;
}

/** Those of the aliases that forward to an address directly. */
export function followersOf(
  leading: readonly StoredAlias[],
  address: string,
): readonly StoredAlias[] {
  return leading.filter(({ targets }) => targets.map(withoutTag).includes(address));
}
