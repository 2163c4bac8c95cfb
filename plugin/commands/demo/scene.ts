import type { Locale } from '../../viewing/locale.js';
import type { Viewer } from '../../viewing/viewer.js';

export interface DemoCustomer {
  readonly login: string;
  readonly name: string;
  readonly reseller: string;
  readonly plan: string;
  readonly locale: Locale | '';
  readonly domains: readonly string[];
  /** Local part and name of people with a mailbox in its domains. */
  readonly people: readonly (readonly [localPart: string, name: string])[];
}

export interface DemoDomain {
  readonly name: string;
  /** Counted from 1. */
  readonly number: number;
}

/** A demo customer with new domains, which each feature fills. */
export interface DemoScene {
  readonly customer: DemoCustomer;
  readonly domains: readonly DemoDomain[];
  /** The customer's viewer. */
  readonly own: Viewer;
  readonly operator: Viewer;
}
