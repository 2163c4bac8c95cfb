import type { Viewer } from '../../viewing/viewer.js';
import type { Terminal } from '../../commands/terminal.js';
import type { Removal as RemovalVerb, VerbHelp } from '../../commands/verbs.js';
import type { DomainPlan } from './domain-members.js';
import { withAliases } from './removal-content.js';
import type { Removal } from './removals.js';

type WithRemoval<Page> = Page & { readonly removal: Removal };

interface Addresses<Page> {
  removal(viewer: Viewer, domain: string, id: number): Promise<WithRemoval<Page>>;
  remove(viewer: Viewer, domain: string, id: number, expected: string): Promise<unknown>;
}

interface RemovedAddress<Page extends DomainPlan> extends Omit<VerbHelp, 'usage'> {
  readonly of: (features: Terminal['app']['features']) => Addresses<Page>;
  readonly find: (terminal: Terminal, text: string) => Promise<Page>;
  readonly shown: (page: Page) => { id: number; address: string; displayAddress: string };
  /** Completes a sentence that begins with the address. */
  readonly loss: string;
  readonly notice: string;
}

/** The verb that removes a mailbox or an alias, with aliases that forward only to it. */
export function addressRemoval<Page extends DomainPlan>({
  find,
  of,
  shown,
  ...verb
}: RemovedAddress<Page>): RemovalVerb<WithRemoval<Page>> {
  return {
    ...verb,
    usage: 'remove <address>',
    async find(terminal, text) {
      const page = await find(terminal, text);
      const addresses = of(terminal.app.features);
      return await addresses.removal(terminal.viewer, page.domain.name, shown(page).id);
    },
    loss: (page) => `${shown(page).displayAddress} ${verb.loss}${withAliases(page.removal)}.`,
    async remove({ app, viewer, language, print }, page) {
      const { id, address, displayAddress } = shown(page);
      const { removed, expected } = page.removal;
      await of(app.features).remove(viewer, page.domain.name, id, expected);
      print(
        { address, removedAliases: removed.map((each) => each.address) },
        language.t(verb.notice, { subject: displayAddress }),
      );
    },
  };
}
