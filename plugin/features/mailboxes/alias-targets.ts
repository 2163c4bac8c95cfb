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
import type { Recipients } from './recipients.js';

/** Targets wanted for an alias. */
export interface WantedTargets {
  readonly viewer: Viewer;
  readonly domain: DomainRow;
  readonly form: NewAliasForm;
  /** Whether they must be within the owner's domains. */
  readonly mustStay: boolean;
  /** Targets accepted before: changes to them since must not prevent changing others. */
  readonly kept: readonly string[];
}

interface AliasTargetsParts {
  readonly aliases: AliasStore;
  readonly recipients: Recipients;
  readonly settings: Settings;
}

/** Which targets an alias may have. */
export class AliasTargets {
  readonly #parts: AliasTargetsParts;

  constructor(parts: AliasTargetsParts) {
    this.#parts = parts;
  }

  /** Whether outgoing mail is controlled and the viewer is not exempt. */
  async mustStay(viewer: Viewer): Promise<boolean> {
    return (
      !viewer.permissions.has('domain-mail.internal') &&
      (await this.#parts.settings.outgoingControl())
    );
  }

  /** Why these targets are refused, if so; locks what it reads. */
  async refusal(tx: Knex.Transaction, wanted: WantedTargets): Promise<FieldError | undefined> {
    const { form, domain } = wanted;
    const typed = form.targets.map(({ address }) => address.toString());
    const steps = await followed(tx, typed);
    if (steps === undefined) {
      return { key: 'aliases.errors.leads-too-far' };
    }
    const names = form.targets.map(({ address }) => address.domain.ascii);
    const owned = await this.#parts.aliases.domainsOf(tx, domain.owner_id, names);

    const refused = [];
    for (const target of form.targets) {
      const refusal =
        loopRefusal(form.address, target.address, steps) ??
        (await this.#refusal(tx, wanted, target, { owned, steps }));
      if (refusal !== undefined) {
        refused.push({ line: target.line, text: target.address.toUnicode(), refusal });
      }
    }
    return refusedLines(refused);
  }

  async #refusal(
    tx: Knex.Transaction,
    { viewer, mustStay, kept }: WantedTargets,
    { address }: TypedTarget,
    { owned, steps }: { readonly owned: ReadonlySet<string>; readonly steps: readonly Alias[] },
  ): Promise<FieldError | undefined> {
    if (kept.includes(address.toString())) {
      return undefined;
    }
    if (leadsIntoCircle(address.toString(), steps)) {
      return { key: 'aliases.errors.leads-into-loop' };
    }
    return mustStay && !owned.has(address.domain.ascii)
      ? { key: 'aliases.errors.leaves-domains' }
      : await this.#parts.recipients.targetRefusal(viewer.scope, address, tx);
  }
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
