import type { Knex } from 'knex';
import type { EmailAddress } from '../../addresses/index.js';
import type { FieldError } from '../../errors.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Settings } from '../settings/index.js';
import {
  type Alias,
  type TypedTarget,
  leadsIntoCircle,
  leadsToItself,
  refusedLines,
} from './alias.js';
import type { AliasStore } from './alias-store.js';
import { followed } from './following.js';
import type { NewAliasForm } from './forms.js';
import { type Recipients, type TargetFacts, lastingRefusal, targetRefusal } from './recipients.js';

/** Targets wanted for an alias. */
export interface WantedTargets {
  readonly form: NewAliasForm;
  /** Whether they must be within the owner's domains. */
  readonly mustStay: boolean;
  /** Targets accepted before: changes to them since must not prevent changing others. */
  readonly kept: readonly string[];
}

/** What decides which targets an alias may have. */
export interface TargetsFacts {
  /** Where mail goes on from the targets; undefined when that is further than mail servers follow. */
  readonly steps: readonly Alias[] | undefined;
  /** The domains among theirs that belong to the owner of the alias. */
  readonly owned: ReadonlySet<string>;
  /** The new targets, by address. */
  readonly recipients: ReadonlyMap<string, TargetFacts>;
}

interface AliasTargetsParts {
  readonly aliases: AliasStore;
  readonly recipients: Recipients;
  readonly settings: Settings;
}

/** Loads what decides which targets an alias may have. */
export class AliasTargets {
  readonly #parts: AliasTargetsParts;

  constructor(parts: AliasTargetsParts) {
    this.#parts = parts;
  }

  /** Whether outgoing mail is controlled and the viewer is not exempt, or the plan does not let mail leave. */
  async mustStay({ permissions }: Viewer): Promise<boolean> {
    return (
      !permissions.has('domain-mail.forward-outside') ||
      (!permissions.has('domain-mail.internal') && (await this.#parts.settings.outgoingControl()))
    );
  }

  /** Locks what it reads. @param beside further addresses to follow. */
  async load(
    tx: Knex,
    { viewer, domain }: { readonly viewer: Viewer; readonly domain: DomainRow },
    { form, kept }: WantedTargets,
    beside: readonly string[] = [],
  ): Promise<TargetsFacts> {
    const { aliases, recipients } = this.#parts;
    const typed = form.targets.map(({ address }) => address.toString());
    const steps = await followed(tx, [...typed, ...beside]);
    const names = form.targets.map(({ address }) => address.domain.ascii);
    const owned = await aliases.domainsOf(tx, domain.owner_id, names);
    const found = new Map<string, TargetFacts>();
    for (const { address } of steps === undefined ? [] : form.targets) {
      if (!kept.includes(address.toString())) {
        found.set(address.toString(), await recipients.target(viewer.scope, address, tx));
      }
    }
    return { steps, owned, recipients: found };
  }
}

/** Why an alias cannot have these targets, if so. */
export function targetsRefusal(wanted: WantedTargets, facts: TargetsFacts): FieldError | undefined {
  const { steps } = facts;
  if (steps === undefined) {
    return { key: 'aliases.errors.leads-too-far' };
  }
  const { form } = wanted;
  const refused = form.targets.flatMap((target) => {
    const refusal =
      loopRefusal(form.address, target.address, steps) ??
      refusalOf(wanted, target, { ...facts, steps });
    const { line, address } = target;
    return refusal === undefined ? [] : [{ line, text: address.toUnicode(), refusal }];
  });
  return refusedLines(refused);
}

function refusalOf(
  { mustStay, kept, form: { isReturning } }: WantedTargets,
  { address }: TypedTarget,
  { owned, steps, recipients }: TargetsFacts & { readonly steps: readonly Alias[] },
): FieldError | undefined {
  const target = address.toString();
  if (kept.includes(target)) {
    return undefined;
  }
  if (leadsIntoCircle(target, steps)) {
    return { key: 'aliases.errors.leads-into-loop' };
  }
  if (mustStay && !owned.has(address.domain.ascii)) {
    return { key: 'aliases.errors.leaves-domains' };
  }
  const facts = recipients.get(target);
  return facts && (isReturning === true ? lastingRefusal(facts) : targetRefusal(facts));
}

function loopRefusal(
  from: EmailAddress,
  to: EmailAddress,
  steps: readonly Alias[],
): FieldError | undefined {
  const alias = { address: from.toString(), targets: [to.toString()] };
  return leadsToItself(alias, steps)
    ? { key: 'aliases.errors.loop', args: { address: from.toUnicode() } }
    : undefined;
}
