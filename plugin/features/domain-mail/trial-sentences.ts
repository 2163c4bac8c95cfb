import { readable } from '../../addresses/index.js';
import type { Delivery } from '../../mail-server/routing/route.js';
import type { Language } from '../../web/locale.js';
import { type Trial, domainIn } from './trials.js';

/** A sentence about what happens, and its kind. */
export interface TrialSentence {
  readonly sign: 'refused' | 'asked' | 'arrives' | 'goes-on' | 'comes-back';
  readonly text: string;
}

export function trialSentences(
  { recipient, outcome, known }: Trial,
  { t }: Language,
): TrialSentence[] {
  const address = recipient;
  if (outcome.kind === 'refused') {
    const text = t('domain-mail.trial.refused', { recipient: address, reply: outcome.reply });
    return [{ sign: 'refused', text }];
  }
  const asked: TrialSentence[] =
    outcome.asks === undefined
      ? []
      : [
          {
            sign: 'asked',
            text: t('domain-mail.trial.asks', { recipient: address, server: outcome.asks }),
          },
        ];
  return [
    ...asked,
    ...outcome.deliveries.map((delivery) => ({
      sign: signs[delivery.to],
      text: t(`domain-mail.trial.to-${placeOf(delivery, known)}`, argumentsOf(delivery)),
    })),
  ];
}

/** Hides who hosts a domain that is not the viewer's. */
function placeOf(delivery: Delivery, known: ReadonlySet<string>): Delivery['to'] | 'outside' {
  return delivery.to === 'mx' && !known.has(domainIn(delivery.recipient)) ? 'outside' : delivery.to;
}

const signs = {
  mailbox: 'arrives',
  'host-postmaster': 'arrives',
  server: 'goes-on',
  mx: 'goes-on',
  sender: 'comes-back',
} as const satisfies Record<Delivery['to'], TrialSentence['sign']>;

function argumentsOf(delivery: Delivery): Record<string, string> {
  switch (delivery.to) {
    case 'mailbox':
      return { address: readable(delivery.address) };
    case 'server':
      return { address: readable(delivery.recipient), server: delivery.server };
    case 'mx':
      return { address: readable(delivery.recipient) };
    case 'sender':
      return { text: delivery.text };
    case 'host-postmaster':
      return {};
  }
}
