import { EmailAddress } from '../../addresses/index.js';
import type { AskedBack, RemovedKind } from '../../removals/kind.js';
import { reasonIn } from '../../removals/restoration.js';
import type { AliasCreation } from './alias-creation.js';
import type { AliasStore } from './alias-store.js';
import type { AliasTargets } from './alias-targets.js';
import { comesBack } from './following.js';
import type { NewAliasForm } from './forms.js';
import { keptAlias } from './kept.js';
import { giveTargetsBack } from './lost-targets.js';
import { domainOf, touchDomain } from './removed-domain.js';
import { removalLoop } from './removals.js';

interface Parts {
  readonly creation: AliasCreation;
  readonly targets: AliasTargets;
  readonly store: AliasStore;
}

/** How removed aliases come back: with targets that a new one could have. */
export function removedAliases({ creation, targets, store }: Parts): RemovedKind<boolean> {
  return {
    kept: keptAlias,
    permission: 'aliases.manage',
    load: (viewer) => targets.mustStay(viewer),
    async refusal(db, asked) {
      const found = await domainOf(db, asked);
      if ('gone' in found) {
        return found.gone;
      }
      const { viewer, removal } = asked;
      const form = formOf(asked);
      const mustStay = asked.facts ?? (await targets.mustStay(viewer));
      const wanted = { form, mustStay, except: removal.id };
      const place = await creation.read(db, viewer, found.domain, wanted);
      const decision = creation.decide(viewer, place, form);
      return decision.kind === 'refused' ? reasonIn(decision.because) : undefined;
    },
    async complete(changing, asked) {
      await touchDomain(changing, asked);
      if (await comesBack(changing.tx, asked.removal.name)) {
        throw removalLoop(asked.removal.name);
      }
      return await giveTargetsBack(changing, asked, store);
    },
  };
}

function formOf({ removal: { name, held } }: AskedBack<boolean>): NewAliasForm {
  const targets = String(held.fields['targets']).split(', ');
  return {
    address: EmailAddress.parse(name),
    isReturning: true,
    targets: targets.map((target, index) => ({
      line: index + 1,
      address: EmailAddress.parse(target),
    })),
  };
}
