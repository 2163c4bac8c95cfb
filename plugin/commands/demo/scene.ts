import type { Locale } from '../../viewing/locale.js';
import type { Viewer } from '../../viewing/viewer.js';

export interface DemoCustomer {
  readonly login: string;
  readonly name: string;
  readonly reseller: string;
  readonly plan: string;
  readonly locale: Locale | '';
  readonly domains: readonly string[];
  /** Local part and name of those who have a mailbox in its domains. */
  readonly people: readonly (readonly [localPart: string, name: string])[];
}

export interface DemoDomain {
  readonly name: string;
  /** The first of all is 1. */
  readonly number: number;
}

/** A customer of the demo with new domains, to whom each feature adds what is its own. */
export interface DemoScene {
  readonly customer: DemoCustomer;
  readonly domains: readonly DemoDomain[];
  /** The customer's own view. */
  readonly own: Viewer;
  readonly operator: Viewer;
}
